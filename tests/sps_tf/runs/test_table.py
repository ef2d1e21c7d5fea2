"""The table of a run's metrics."""

import json

from sps_tf.evaluation import make_report
from sps_tf.runs.table import summary_table
from tests.sps_tf.evaluation.fakes import ExactModel, make_arrays, make_config

SCORES = ("linear_probe", "reconstruction", "prior", "equivariance", "latent_std")


def test_table_shows_every_metric_once_in_equal_columns():
    scores = make_report(ExactModel(), make_arrays(), make_config(*SCORES)).metrics
    table = summary_table({**scores, "train/loss": 1.25})
    lines = table.splitlines()
    assert lines[0].split()[-4:] == ["mean", "x", "y", "z"]
    assert len(lines[0]) == len(lines[1]) == len(lines[2])
    assert lines[3].split()[-4] == "-"  # the free latent has no mean
    n_probe_lines = 4
    n_headings = 2  # latents, training
    n_probe_scores = sum("mse" in name and "prior" not in name for name in scores)
    assert len(lines) == n_probe_lines + n_headings + len(scores) - n_probe_scores + 1
    assert lines[-1].split() == ["loss", "1.25"]
    assert not [line for line in lines if line != line.rstrip()]


def test_table_has_a_row_for_each_set_of_labels():
    row = {"": 0.5, "/vertical": 0.4, "/area": 0.6}
    scores = {f"test/linear_projection_mse{name}": value for name, value in row.items()}
    scores |= {"test/linear_projection_mse_2": 0.3, "test/linear_projection_mse_2/distance": 0.2}
    lines = summary_table(scores).splitlines()
    assert lines[0].split()[-4:] == ["mean", "vertical", "area", "distance"]
    rows = {line.split("  ")[1].strip(): line.split()[-4:] for line in lines[1:]}
    assert rows["held-out fit"] == ["0.5000", "0.4000", "0.6000", "-"]
    assert rows["held-out fit, derived labels"] == ["0.3000", "-", "-", "0.2000"]


def test_table_shows_sound_metrics_by_clear_names():
    scores = {"test/pitch_outliers": 0.0, "test/pitch_r2": 0.5, "test/pitch_r2/Banjo": 0.25}
    lines = summary_table(scores).splitlines()
    assert lines[0].startswith("pitch, R² of the learned factor (same points, as the paper)")
    assert "  outliers: notes more than 6 semitones off" in lines[1]
    assert lines[1].endswith(" 0")
    assert [line.split() for line in lines[2:]] == [
        ["pitch,", "R²", "by", "instrument"],
        ["Banjo", "0.25"],
    ]
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores


def test_table_of_nothing_is_empty():
    assert summary_table({}) == ""
