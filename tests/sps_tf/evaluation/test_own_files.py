"""What is said of the user's own held-out files."""

import numpy as np

from sps_tf.evaluation import save_report
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.evaluation.fakes import (
    TIME,
    ExactModel,
    N,
    make_arrays,
    make_config,
    make_context,
    run,
)


class StyleModel(ExactModel):
    """The third latent is called a style."""

    layout = LatentLayout(content=("z1", "z2"), style=("z3",))


def report_of(evaluator, model=None, z=None, **arrays):
    arrays = make_arrays() | arrays
    return run(make_context(model or ExactModel(), arrays, make_config(evaluator), z))


def test_every_held_out_file_has_a_table_of_its_latents_in_their_order(tmp_path):
    names = np.array([b"b/song.wav"] * 4 + ["\u00e4.wav".encode()] * (N - 4))
    z = np.arange(N * TIME * 3, dtype=np.float32).reshape(N, TIME, 3)
    report = report_of("held_out_files", z=z, file=names)
    assert list(report.tables) == ["b/song.wav", "\u00e4.wav"]
    save_report(report, tmp_path)
    lines = (tmp_path / "latents" / "b_song.wav.csv").read_text().splitlines()
    assert lines[0] == "sequence,frame,z1,z2,z3,x,y,z"
    assert len(lines) == 1 + 4 * TIME
    assert lines[1 + TIME].startswith("1,0,18,19,20,")
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "latents_of_b_song.wav.png",
        "latents_of_\u00e4.wav.png",
    }


def test_many_files_have_tables_but_few_pictures():
    names = np.array([f"{number}.mp4" for number in range(2 * N)])
    arrays = {name: np.concatenate([values] * 2) for name, values in make_arrays().items()}
    report = report_of("held_out_files", **arrays, video=names)
    assert len(report.tables) == 2 * N
    assert len(report.pictures) == 12


def test_data_without_files_have_none():
    context = make_context(ExactModel(), make_arrays(), make_config("held_out_files"))
    assert not context.has("files")
    assert not context.has("style")


def test_a_style_that_copies_the_content_leaks_all_and_noise_nothing():
    rng = np.random.default_rng(0)
    content = rng.normal(size=(200, TIME, 2)).astype("float32")
    copied = np.concatenate([content, content[..., :1] - content[..., 1:]], axis=-1)
    noise = np.concatenate([content, rng.normal(size=(200, TIME, 1))], axis=-1)
    arrays = {name: np.resize(v, (200, *v.shape[1:])) for name, v in make_arrays().items()}
    arrays["position"] = np.repeat(content[..., :1] - content[..., 1:], 3, axis=-1)
    scores = report_of("style_leakage", StyleModel(), copied, **arrays).metrics
    parts = ("content_from", "x_from", "y_from", "z_from")
    names = {"style_from_content", *(f"{part}_style" for part in parts)}
    assert set(scores) == {f"style_leakage/{name}" for name in names}
    np.testing.assert_allclose(scores["style_leakage/style_from_content"], 1, atol=1e-6)
    np.testing.assert_allclose(scores["style_leakage/y_from_style"], 1, atol=1e-6)
    # Half of the variance of each of two contents is in their difference.
    np.testing.assert_allclose(scores["style_leakage/content_from_style"], 0.5, atol=0.06)
    scores = report_of("style_leakage", StyleModel(), noise, **arrays).metrics
    assert abs(scores["style_leakage/content_from_style"]) < 0.02
    assert abs(scores["style_leakage/style_from_content"]) < 0.02


def test_a_style_that_never_changes_is_no_error():
    z = np.random.default_rng(0).normal(size=(N, TIME, 3)).astype("float32")
    z[..., 2] = 1
    scores = report_of("style_leakage", StyleModel(), z).metrics
    assert "style_leakage/style_from_content" not in scores
