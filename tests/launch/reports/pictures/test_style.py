"""The pictures of SPS+, from runs made by hand."""

import numpy as np
import pytest

from launch.reports import pictures
from launch.reports.engine.outcomes import read_outcome
from launch.reports.pictures import style
from sps_tf.latent_layout import LatentLayout
from sps_tf.runs.folder import CHANGES_FILE, Run
from tests.launch.reports.run_fakes import plan, write_run

RATIO = "test/style_change/ratio"
GREEN = "test/green_linear_projection_mse"
FRAMES = np.random.default_rng(0).integers(0, 256, (4, 6, 8, 8, 3), dtype=np.uint8)


class Decoder:
    """Five latents; each picture has the colour of the last three."""

    layout = LatentLayout(("z1", "z2", "z3"), ("z4", "z5"))
    step, has_prior, decodes_frames = np.int32(8), False, True

    def encode(self, frames):
        return np.asarray(frames).reshape(*frames.shape[:2], -1)[..., :5]

    def decode(self, z):
        z = np.clip(np.asarray(z)[..., None, None, -3:], 0, 1)
        return np.broadcast_to(z, (*z.shape[:-3], 8, 8, 3))


def make_runs(name, root, seeds=(0, 1, 2)):
    """Write runs whose scores grow with their seed, and bars that hold the seed."""
    planned = plan(root, None, seeds, name)
    for run in planned.runs:
        write_run(run, {RATIO: 0.5 + run.config.seed, GREEN: 0.1 + run.config.seed})
        seed = float(run.config.seed)
        bars = {"names": np.array(["a", "b"]), "content": [seed, seed], "style": [1.0, 2.0]}
        np.savez(Run(run.workdir).workdir / CHANGES_FILE, **bars)
    return planned, [read_outcome(run) for run in planned.runs]


@pytest.fixture
def loaded(monkeypatch):
    arrays = {"frames": FRAMES, "position": np.zeros((4, 6, 3))}
    monkeypatch.setattr(style, "_load", lambda config, data_dir: arrays)
    monkeypatch.setattr(style.checkpoints, "load_model", lambda path: Decoder())


@pytest.mark.parametrize("name", ["figure_10", "figure_14"])
def test_bars_are_of_each_row_s_run_of_median_ratio(name, tmp_path, monkeypatch):
    drawn = {}
    monkeypatch.setattr(style.figures, "draw_change_bars", lambda bars, title: drawn.update(bars))
    planned, outcomes = make_runs(name, tmp_path)
    _, caption = pictures.draw_changes(planned, outcomes)
    assert len(drawn) == len(planned.report.variants)
    assert all(bars["content"].tolist() == [1.0, 1.0] for bars in drawn.values())
    assert "sps seed 1" in caption


def test_without_bars_there_is_no_picture(tmp_path):
    planned, outcomes = make_runs("figure_10", tmp_path, seeds=(0,))
    for outcome in outcomes:
        (Run(outcome.run.workdir).workdir / CHANGES_FILE).write_bytes(b"no zip")
    assert pictures.draw_changes(planned, outcomes) is None


def test_examples_are_the_first_test_trajectories(tmp_path, loaded):
    planned = plan(tmp_path, None, (0,), "figure_13")
    assert not planned.runs
    picture, caption = pictures.draw_examples(planned, [])
    assert picture.std() > 0
    assert "test split" in caption


def test_colour_maps_stand_side_by_side(tmp_path, loaded):
    planned, outcomes = make_runs("figure_15", tmp_path)
    picture, _ = pictures.draw_colour_maps(planned, outcomes)
    one, _ = pictures.draw_colour_maps(planned, outcomes[:1])
    assert picture.shape[1] == 2 * one.shape[1]


def test_place_alone_moves_in_the_traversals(tmp_path, loaded, monkeypatch):
    drawn = []
    monkeypatch.setattr(style.figures, "draw_traversal", lambda *given, **_: drawn.append(given))
    planned, outcomes = make_runs("figure_16", tmp_path)
    pictures.draw_place_traversals(planned, outcomes)
    images, names, _ = drawn[0]
    assert images.shape == (3 * len(planned.report.variants), 5, 8, 8, 3)
    assert len(names) == len(images)
    # The last two channels are the style's: the same everywhere.
    assert np.ptp(images[:3, ..., 1:], axis=(0, 1)).max() == 0
    assert np.ptp(images[2, ..., 0]) > 0


def test_the_style_of_the_traversals_is_that_whose_decoded_ball_stands_out(
    tmp_path, loaded, monkeypatch
):
    drawn = []
    monkeypatch.setattr(style.figures, "draw_traversal", lambda *given, **_: drawn.append(given))
    pictures.draw_place_traversals(*make_runs("figure_16", tmp_path))
    unit = FRAMES / 255
    z = unit.reshape(4, 6, -1)[..., :5]
    place = z[..., 2].mean()
    empty = np.median(unit.reshape(-1, 8, 8, 3), axis=0)
    outstanding = [np.abs([place, *own] - empty).mean() for own in z[:, 0, 3:]]
    shown = drawn[0][0][0, 0, 0, 0, 1:]
    np.testing.assert_allclose(shown, z[np.argmax(outstanding), 0, 3:], atol=1e-5)
