"""The pictures of reports, from runs made by hand."""

import numpy as np
import pytest

from launch.reports import get_report, pictures
from launch.reports.engine.outcomes import read_outcome
from launch.reports.pictures import plain
from launch.reports.pictures.choosing import choose_run
from launch.reports.pictures.plain import MSE
from launch.reports.running.make import Options, make_reports
from sps_tf.runs.folder import POINTS_FILE, Run
from sps_tf.runs.history import Look, write_look
from tests.launch.reports.run_fakes import plan, read_report, write_run

PICTURE = np.full((4, 6, 3), (255, 0, 0), np.uint8)


def make_runs(name, root, seeds=(0, 1, 2), looks=(0, 4, 8)):
    """Write finished runs: the MSE is 0.1 times the row's number, plus 0.01 times the seed."""
    planned = plan(root, None, seeds, name)
    rows = list(dict.fromkeys(run.variant.name for run in planned.runs))
    for run in planned.runs:
        mse = 0.1 * (1 + rows.index(run.variant.name)) + 0.01 * run.config.seed
        write_run(run, {MSE: mse, f"{MSE}/x": mse})
        for step in looks:
            grid = np.random.default_rng(step).normal(size=(140, 2)).tolist()
            look = Look(step, 10.0 + step, {MSE: mse + 1 / (1 + step)}, grid)
            write_look(Run(run.workdir).history, look)
    return planned


def draw(planned):
    """Draw the picture of a report over the runs that are there."""
    report = planned.report
    outcomes = [read_outcome(run) for run in planned.runs]
    return getattr(pictures, report.picture)(planned, outcomes, None, **report.settings)


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that puts a red picture in the place of a drawing function."""

    def replace(function):
        calls = []
        monkeypatch.setattr(
            f"sps_tf.figures.{function}", lambda *given: calls.append(given) or PICTURE
        )
        return calls

    return replace


@pytest.mark.parametrize("name", ["figure_6", "figure_7", "figure_8", "error_over_time"])
def test_report_leaves_its_picture_and_its_table(name, tmp_path):
    planned = make_runs(name, tmp_path)
    assert make_reports([planned], Options(tmp_path)) == 0
    folder = tmp_path / "reports" / f"{name}_debug"
    assert (folder / "report.png").read_bytes().startswith(b"\x89PNG")
    report = read_report(tmp_path, name)
    assert report["picture"]["file"] == "report.png"
    names = list(dict.fromkeys(run.variant.name for run in planned.runs))
    assert [row["name"] for row in report["rows"]] == names
    assert report["rows"][1]["cells"][0]["mean"] == pytest.approx(0.21)
    assert report["warnings"] == []
    text = (folder / "report.md").read_text()
    assert ("of the paper" in text) == name.startswith("figure")


# === Figure 3 ===


def make_scales(root, scores, with_points=("sps", "beta_vae")):
    """Make finished runs of the scales: `scores` holds each method's R^2 by seed."""
    planned = plan(root, tuple(scores), (0,), name="figure_3")
    runs = []
    for method, values in scores.items():
        for seed, score in enumerate(values):
            (run,) = plan(root, (method,), (seed,), name="figure_3").runs
            write_run(run, {"test/pitch_r2": score})
            if method in with_points:
                np.savez(run.workdir / POINTS_FILE, pitch=np.array([60.0, seed]))
            runs.append(run)
    return planned._replace(runs=runs)


def test_median_run_of_each_method_is_drawn_and_named(tmp_path, drawn):
    calls = drawn("draw_pitch_figure")
    planned = make_scales(
        tmp_path, {"sps": [0.9, 0.7, 0.8], "beta_vae": [0.4, 0.1, 0.3, 0.2], "sps_k0": [0.5]}
    )
    picture, caption = draw(planned)
    assert picture is PICTURE
    assert caption == (
        "Figure 3, of each method the run of median R^2: sps seed 2, beta_vae seed 3; "
        "without points: sps_k0"
    )
    ((points, title),) = calls
    assert title == get_report("figure_3").full_title
    assert {label: found["pitch"].tolist() for label, found in points.items()} == {
        "SPS_VAE, K = 4": [60.0, 2.0],
        "beta-VAE": [60.0, 3.0],
    }


def test_damaged_points_cost_no_more_than_their_method(tmp_path, drawn):
    drawn("draw_pitch_figure")
    planned = make_scales(tmp_path, {"sps": [0.9], "beta_vae": [0.4]})
    path = planned.runs[0].workdir / POINTS_FILE
    path.write_bytes(path.read_bytes()[:50])
    assert "without points: sps" in draw(planned)[1]
    np.save(path.open("wb"), np.array([{}]), allow_pickle=True)
    assert "without points: sps" in draw(planned)[1]


def test_no_points_no_picture(tmp_path, drawn):
    calls = drawn("draw_pitch_figure")
    assert draw(make_scales(tmp_path, {"sps": [0.9]}, with_points=())) is None
    assert not calls


def test_variant_without_finished_runs_has_no_run_to_show(tmp_path):
    (run,) = plan(tmp_path, ("sps",), (0,)).runs
    assert choose_run([read_outcome(run), read_outcome(run, "failed")], MSE) is None


# === Figures 5 to 8, error over time ===


def test_boxes_are_of_the_values_of_each_variant(tmp_path, drawn):
    calls = drawn("draw_boxes")
    draw(make_runs("figure_6", tmp_path))
    ((series, value_name, title, group_name),) = calls
    assert list(series) == ["K = 0", "K = 4", "K = 16"]
    assert list(series["K = 4"]) == ["256", "512", "1024", "2048"]
    # The fifth row of twelve: K = 4 with 512 sequences.
    np.testing.assert_allclose(series["K = 4"]["512"], [0.5, 0.51, 0.52])
    assert title == "Figure 6: augmentation factor K and training set size, 36 runs"
    assert group_name == "training sequences"
    assert value_name == "linear projection MSE, held out"


def test_row_that_the_command_adds_has_a_box_of_its_own(tmp_path, drawn):
    calls = drawn("draw_boxes")
    planned = plan(tmp_path, ("sps_k0", "beta_vae"), (0,), name="figure_6")
    for run in planned.runs:
        write_run(run, {MSE: 0.2})
    draw(planned)
    assert calls[0][0][""] == {"beta-VAE": [0.2]}


def test_boxes_are_drawn_while_runs_are_missing(tmp_path):
    planned = plan(tmp_path, None, (0,), "figure_6")
    done = [run for run in planned.runs if run.config.model.group.n_transforms != 16]
    for run in done:
        write_run(run, {MSE: 0.2})
    picture, caption = draw(planned)
    assert picture.dtype == np.uint8
    assert all((run.name in caption) == (run in done) for run in planned.runs)


def test_boxes_name_a_variant_once_with_its_seeds(tmp_path):
    planned = plan(tmp_path, None, (0, 1), "figure_6")
    done = [run for run in planned.runs if run.variant.name in ("sps", "sps_k0")]
    for run in done[:-1]:
        write_run(run, {MSE: 0.2})
    _, caption = draw(planned)
    whole, cut = done[0].variant.name, done[-1].variant.name
    assert f"{whole} seeds 0/1" in caption
    assert f"{cut} seed 0" in caption


def test_grid_is_of_the_run_of_median_error_at_the_steps_that_all_have(tmp_path, drawn):
    calls = drawn("draw_coordinate_grid_rows")
    planned = make_runs("figure_7", tmp_path)
    # Of seed 1, the median.
    (Run(planned.runs[3].workdir).history / "step_00000004.json").unlink()
    _, caption = draw(planned)
    ((planes, _, _, columns, rows),) = calls
    assert rows == ["K = 0", "K = 4", "K = 16"]
    assert columns == ["step 0", "step 8"]
    assert "sps_k0 seed 1, sps seed 1, sps_k16 seed 1" in caption
    expected = np.random.default_rng(8).normal(size=(140, 2))
    expected -= expected.mean(axis=0)
    np.testing.assert_allclose(planes[0][1], expected / expected.std(), rtol=1e-9)


def test_a_page_has_room_for_six_steps_the_first_and_the_last_among_them():
    assert plain._spread([0, 5]) == [0, 5]
    assert plain._spread([]) == []
    assert plain._spread(list(range(0, 110, 10))) == [0, 20, 40, 60, 80, 100]


def test_runs_that_left_no_looks_are_left_out_of_the_curves(tmp_path, drawn):
    calls = drawn("draw_error_curves")
    planned = make_runs("error_over_time", tmp_path, seeds=(0,), looks=(0, 8))
    for path in Run(planned.runs[0].workdir).history.iterdir():
        path.unlink()
    _, caption = draw(planned)
    curves = calls[0][0]
    assert "SPS_VAE, K = 4" not in curves
    assert "sps seed 0" not in caption
    np.testing.assert_allclose(curves["SPS_VAE, K = 0"][0], [[0, 10, 1.2], [8, 18, 0.2 + 1 / 9]])


def test_report_without_what_it_shows_has_no_picture(tmp_path):
    assert draw(make_runs("figure_7", tmp_path, looks=())) is None
    assert draw(make_runs("error_over_time", tmp_path / "other", looks=())) is None
    for name in ("figure_5", "figure_8"):
        assert draw(plan(tmp_path / "none", None, (0,), name)) is None
    assert get_report("ablation").picture == ""
