"""Which runs Figure 3 shows, and the file it leaves."""

import matplotlib.image
import numpy as np
import pytest

from launch.reports.tables.figure import POINTS_FILE, choose_run, draw_figure
from launch.reports.tables.outcomes import read_outcome
from launch.reports.tables.plan import plan_runs
from sps_tf import figures
from tests.launch.reports.tables.table_fakes import write_run


@pytest.fixture
def drawn(monkeypatch):
    """Points that the drawing function was given; it returns a small red picture."""
    calls = []
    red = np.full((4, 6, 3), (255, 0, 0), np.uint8)
    monkeypatch.setattr(
        figures, "draw_pitch_figure", lambda points: calls.append(points) or red, raising=False
    )
    return calls


def make_outcomes(root, scores, with_points=("sps", "beta_vae")):
    """Make finished runs of the scales: `scores` holds each method's R^2 by seed."""
    outcomes = []
    for method, values in scores.items():
        for seed, score in enumerate(values):
            (run,) = plan_runs("sps_scale", (method,), "debug", (seed,), {}, root)
            write_run(run, {"test/pitch_r2": score})
            if method in with_points:
                np.savez(run.workdir / POINTS_FILE, pitch=np.array([60.0, seed]))
            outcomes.append(read_outcome(run))
    return outcomes


def test_median_run_of_each_method_is_drawn_and_named(tmp_path, drawn):
    outcomes = make_outcomes(
        tmp_path, {"sps": [0.9, 0.7, 0.8], "beta_vae": [0.4, 0.1, 0.3, 0.2], "sps_k0": [0.5]}
    )
    figure = draw_figure(outcomes, tmp_path)
    assert figure == {
        "file": "figure_3.png",
        "caption": "Figure 3, of each method the run of median R^2: sps seed 2, beta_vae seed 3; "
        "without points: sps_k0",
    }
    (points,) = drawn
    assert {label: found["pitch"].tolist() for label, found in points.items()} == {
        "SPS_VAE, K = 4": [60.0, 2.0],
        "beta-VAE": [60.0, 3.0],
    }
    picture = matplotlib.image.imread(tmp_path / "figure_3.png")
    assert picture.shape[:2] == (4, 6)
    np.testing.assert_array_equal(picture[0, 0, :3], [1, 0, 0])


def test_damaged_points_cost_no_more_than_their_method(tmp_path, drawn):
    outcomes = make_outcomes(tmp_path, {"sps": [0.9], "beta_vae": [0.4]})
    path = outcomes[0].run.workdir / POINTS_FILE
    path.write_bytes(path.read_bytes()[:50])
    assert "without points: sps" in draw_figure(outcomes, tmp_path)["caption"]
    np.save(path.open("wb"), np.array([{}]), allow_pickle=True)
    assert "without points: sps" in draw_figure(outcomes, tmp_path)["caption"]


def test_no_points_no_figure(tmp_path, drawn):
    outcomes = make_outcomes(tmp_path, {"sps": [0.9]}, with_points=())
    assert draw_figure(outcomes, tmp_path) is None
    assert not drawn
    assert not (tmp_path / "figure_3.png").exists()


def test_method_without_finished_runs_has_no_run_to_show(tmp_path):
    (run,) = plan_runs("sps_scale", ("sps",), "debug", (0,), {}, tmp_path)
    assert choose_run([read_outcome(run), read_outcome(run, "failed")]) is None
