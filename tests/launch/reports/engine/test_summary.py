"""From the results of runs, made by hand, to the numbers of a report."""

import math

import pytest

from launch.reports import get_report
from launch.reports.engine.outcomes import read_outcome
from launch.reports.engine.spec import Column, parse_printed
from launch.reports.engine.summary import (
    list_bad_values,
    list_empty_cells,
    mark,
    summarise,
    summarise_rows,
)
from tests.launch.reports.run_fakes import MSE, find_cell, plan, write_run

REPORT = get_report("table_2")


def outcomes_of(root, values, methods=("sps",)):
    """Write finished runs with an MSE each, in the order of the plan."""
    runs = plan(root, methods, tuple(range(len(values) // len(methods)))).runs
    for run, value in zip(runs, values, strict=True):
        write_run(run, {MSE: value}, seconds=10 * (1 + run.config.seed))
    return [read_outcome(run) for run in runs]


def test_numbers_over_seeds_by_hand():
    # Mean 5; squares of the distances 9, 1, 1, 9: their sum 20 over n - 1 = 3.
    summary = summarise([2.0, 4.0, 6.0, 8.0], "higher")
    assert summary == {
        "n": 4,
        "mean": 5.0,
        "std": pytest.approx(math.sqrt(20 / 3), rel=1e-12),
        "median": 5.0,
        "worst": 2.0,
    }
    assert summarise([2.0, 4.0, 6.0, 8.0], "lower")["worst"] == 8.0


def test_one_seed_has_no_deviation_and_none_has_no_mean():
    assert summarise([0.5], "lower") == {
        "n": 1,
        "mean": 0.5,
        "std": None,
        "median": 0.5,
        "worst": 0.5,
    }
    nothing = {"n": 0, "mean": None, "std": None, "median": None, "worst": None}
    assert summarise([], "lower") == summarise([float("nan")], "lower") == nothing


def test_rows_of_runs_made_by_hand(tmp_path):
    outcomes = outcomes_of(tmp_path, (0.1, 0.5, 0.3, 0.5, 0.2, 0.5), ("sps", "beta_vae"))
    rows = summarise_rows(REPORT, outcomes)
    assert [row["name"] for row in rows] == ["sps", "beta_vae"]
    cell = find_cell({"rows": rows}, "sps", MSE)
    assert cell["values"] == {"0": 0.1, "1": 0.3, "2": 0.2}
    assert cell["mean"] == pytest.approx(0.2)
    assert cell["std"] == pytest.approx(0.1)  # distances 0.1, 0.1, 0: sum of squares 0.02 over 2
    assert (cell["median"], cell["worst"]) == (0.2, 0.3)
    assert find_cell({"rows": rows}, "sps", "test/equivariance_error")["n"] == 0
    assert rows[0]["seconds"] == {"n": 3, "mean": 20.0, "std": 10.0, "median": 20, "worst": 30}
    assert rows[0]["paper"]["label"] == "SPS_VAE, K = 4"
    assert rows[0]["paper"]["cells"][3] == {
        "text": "0.26 ± 0.30",
        "mean": 0.26,
        "std": 0.3,
        "mark": "reached",
    }


def test_rows_that_the_paper_lacks_have_no_numbers_of_it(tmp_path):
    (run,) = plan(tmp_path, ("sps_ae",), (0,), name="table_10").runs
    write_run(run, {MSE: 0.1})
    (row,) = summarise_rows(get_report("table_10"), [read_outcome(run)])
    assert row["paper"] is None
    assert row["label"] == "SPS_AE+, K = 4"


def test_metric_that_the_paper_reports_and_no_run_has_is_named(tmp_path):
    rows = summarise_rows(REPORT, outcomes_of(tmp_path, (0.1,)))
    lines = list_empty_cells(rows)
    assert f"no finished run of sps has {MSE}/x, which the paper reports" in lines
    assert not [line for line in lines if MSE in line.split()]
    assert not [line for line in lines if "equivariance" in line]


def test_values_that_are_not_finite_are_named_and_left_out(tmp_path):
    outcomes = outcomes_of(tmp_path, (0.1, float("nan"), 0.3))
    cell = find_cell({"rows": summarise_rows(REPORT, outcomes)}, "sps", MSE)
    assert (cell["n"], cell["mean"]) == (2, pytest.approx(0.2))
    assert cell["values"] == {"0": 0.1, "1": None, "2": 0.3}
    (line,) = list_bad_values(REPORT, outcomes)
    assert line.startswith(f"{MSE} of sps seed 1 is nan: it is left out")


@pytest.mark.parametrize(
    ("better", "ours", "printed", "expected"),
    [
        ("lower", 0.264, "0.26 ± 0.30", "reached"),  # as it would be printed
        ("lower", 0.266, "0.26 ± 0.30", "missed"),
        ("higher", 0.9985, "0.999 ± 0.001", "missed"),
        ("higher", 0.9996, "1.000", "reached"),
        ("lower", 0.64382, "0.64382 ± 9e-05", "reached"),
        ("equal", 58.0, "58", "reached"),
        ("equal", 59.0, "58", "missed"),
        ("lower", None, "0.26", "not measured"),
        ("lower", 0.1, "N/A", ""),
    ],
)
def test_a_number_is_marked_by_what_the_paper_prints(better, ours, printed, expected):
    assert mark(Column("", "", better), ours, parse_printed(printed)) == expected


def test_numbers_that_cannot_be_compared_are_marked_so():
    printed = parse_printed("0.1")
    assert mark(Column("", "", "lower", comparable=False), 0.2, printed) == "other unit"
    assert mark(Column("", "", "lower"), None, printed, has_finished=False) == "not run"
    assert mark(Column("", "", "lower"), 0.1, None) == ""
