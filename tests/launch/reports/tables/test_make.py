"""From folders of runs, made by hand, to the numbers beside the paper's."""

import csv
import math

import pytest

from launch.reports.tables import make
from launch.reports.tables.make import make_table
from launch.reports.tables.outcomes import find_conflict, list_warnings, read_outcome
from launch.reports.tables.summary import summarise
from sps_tf.errors import UserError
from tests.launch.reports.tables.table_fakes import (
    MSE,
    VERSIONS,
    find_cell,
    plan,
    read_table,
    tables_of,
    write_run,
)

# === Mean, deviation, median, worst ===


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


def test_table_of_runs_made_by_hand(tmp_path, capsys):
    runs = plan(tmp_path, ("sps", "beta_vae"))
    for run, value, seconds in zip(
        runs, (0.1, 0.5, 0.3, 0.5, 0.2, 0.5), (10, 1, 20, 1, 30, 1), strict=True
    ):
        metrics = {MSE: value, f"{MSE}/x": 2 * value, "test/self_recon_bce": 0.64}
        write_run(run, metrics | ({"test/prior_mse": 1.0} if run.method == "sps" else {}),
                  seconds=seconds)  # fmt: skip
    folder = tmp_path / "table"
    assert make_table(runs, tables_of(runs), folder) == 0

    table_2, table_4 = read_table(folder)["tables"]
    cell = find_cell(table_2, "sps", MSE)
    assert cell["values"] == {"0": 0.1, "1": 0.3, "2": 0.2}
    assert cell["mean"] == pytest.approx(0.2)
    assert cell["std"] == pytest.approx(0.1)  # distances 0.1, 0.1, 0: sum of squares 0.02 over 2
    assert (cell["median"], cell["worst"]) == (0.2, 0.3)
    assert find_cell(table_4, "beta_vae", "test/prior_mse")["n"] == 0
    assert table_2["rows"][0]["seconds"] == {
        "n": 3, "mean": 20.0, "std": 10.0, "median": 20, "worst": 30
    }  # fmt: skip
    assert table_2["rows"][0]["paper"]["cells"][3] == {
        "text": "0.26 ± 0.30", "mean": 0.26, "std": 0.3
    }  # fmt: skip

    markdown = (folder / "table.md").read_text()
    assert (
        "| sps: SPS_VAE, K = 4 | ours, mean ± std | 3 of 3 | 20 ± 10 "
        "| 0.4000 ± 0.2000 | - | - | 0.2000 ± 0.1000 |" in markdown
    )
    assert "|  | ours, worst |  | 30 | 0.6000 | - | - | 0.3000 |" in markdown
    assert (
        "| SPS_VAE, K = 4 | PAPER, mean ± std | 10, less outliers | - | 0.11 ± 0.09 "
        "| 0.31 ± 0.34 | 0.26 ± 0.34 | 0.26 ± 0.30 | - | - |" in markdown
    )
    shown = capsys.readouterr().out
    assert "data of the first finished run: name made by hand\n" in shown
    assert shown.isascii()
    assert "0.2000 +- 0.1000" in shown

    with (folder / "table.csv").open() as stream:
        (row,) = [
            row
            for row in csv.DictReader(stream)
            if (row["table"], row["method"], row["metric"]) == ("Table 2", "sps", MSE)
        ]
    assert float(row["ours_mean"]) == pytest.approx(0.2)
    assert (row["ours_n"], row["paper_mean"], row["paper_std"]) == ("3", "0.26", "0.3")
    assert sorted(path.name for path in folder.iterdir()) == ["table.csv", "table.json", "table.md"]


def test_metric_that_the_paper_reports_and_no_run_has_is_named(tmp_path):
    runs = plan(tmp_path, seeds=(0,))
    write_run(runs[0], {MSE: 0.1})
    make_table(runs, tables_of(runs), tmp_path / "table")
    warnings = read_table(tmp_path / "table")["warnings"]
    assert "no finished run of sps has test/prior_mse, which the paper reports" in warnings
    assert not [line for line in warnings if MSE in line.split()]


def test_values_that_are_not_finite_are_named_and_left_out(tmp_path, capsys):
    runs = plan(tmp_path)
    for run, value in zip(runs, (0.1, float("nan"), 0.3), strict=True):
        write_run(run, {MSE: value})
    make_table(runs, tables_of(runs), tmp_path / "table")
    cell = find_cell(read_table(tmp_path / "table")["tables"][0], "sps", MSE)
    assert (cell["n"], cell["mean"]) == (2, pytest.approx(0.2))
    assert cell["values"] == {"0": 0.1, "1": None, "2": 0.3}
    shown = capsys.readouterr().out
    assert f"warning: {MSE} of sps seed 1 is nan: it is left out" in shown
    assert "0.2000 +- 0.1414 (2 seeds)" in shown


# === Runs that are not in the numbers ===


def test_missing_and_damaged_runs_are_named_and_the_others_count(tmp_path, capsys):
    runs = plan(tmp_path)
    write_run(runs[0], {MSE: 0.25})
    write_run(runs[1], {})
    (runs[1].workdir / "results.json").write_text("{")
    assert make_table(runs, tables_of(runs), tmp_path / "table") == 1
    report = read_table(tmp_path / "table")
    assert [run["status"] for run in report["runs"]] == ["finished", "failed", "missing"]
    assert find_cell(report["tables"][0], "sps", MSE)["mean"] == 0.25
    shown = capsys.readouterr().out
    assert "failed: sps seed 1: " in shown
    assert "results.json cannot be read" in shown
    assert f"missing: sps seed 2: {runs[2].workdir}" in shown
    assert "1 of 3 (1 failed)" in shown


def test_nothing_to_read_is_an_error_that_leaves_no_table(tmp_path):
    with pytest.raises(UserError, match="None of the 3 runs has finished"):
        make_table(plan(tmp_path), tables_of(plan(tmp_path)), tmp_path / "table")
    assert not (tmp_path / "table").exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"seed": 5}, "results of another run: its seed is 5"),
        ({"method": "sps_ae"}, "its method is 'sps_ae'"),
        ({"metrics": []}, "values of wrong types"),
        ({"metrics": {MSE: "0.1"}}, "values of wrong types"),
        ({"metrics": {MSE: None}}, "values of wrong types"),
        ({"seconds": "long"}, "values of wrong types"),
        ({"versions": None}, "values of wrong types"),
    ],
)
def test_results_that_are_not_of_the_run_fail(tmp_path, changes, problem):
    (run,) = plan(tmp_path, seeds=(0,))
    write_run(run, **({"metrics": {MSE: 0.1}} | changes))
    outcome = read_outcome(run)
    assert outcome.status == "failed"
    assert problem in outcome.problem


def test_folder_of_other_settings_is_a_conflict(tmp_path):
    (run,) = plan(tmp_path, seeds=(0,))
    assert find_conflict(run) == ""
    write_run(run, {})
    assert find_conflict(run) == ""
    (other,) = plan(tmp_path, seeds=(0,), steps=10)
    assert "steps is 8 there, 10 here" in find_conflict(other)
    assert "--runs" in find_conflict(other)
    (run.workdir / "config.json").write_text("[]")
    assert "must hold a JSON object" in find_conflict(run)


def test_conflicts_are_not_trained_but_finished_runs_are_read(tmp_path, monkeypatch):
    runs = plan(tmp_path)
    write_run(runs[0], {MSE: 0.1})
    write_run(plan(tmp_path, steps=10)[1], {MSE: 0.2})
    trained = []
    monkeypatch.setattr(make, "train_runs", lambda left, *_: trained.extend(left) or {})
    assert make_table(runs, tables_of(runs), tmp_path / "table", n_processes=1) == 1
    assert [run.name for run in trained] == ["sps seed 2"]
    found = {run["name"]: run["problem"] for run in read_table(tmp_path / "table")["runs"]}
    assert found["sps seed 0"] == ""
    assert "steps is 10 there, 8 here" in found["sps seed 1"]
    assert found["sps seed 2"] == "ended without results"


# === Runs that differ ===


def test_equal_runs_give_no_warning(tmp_path):
    runs = plan(tmp_path, ("sps", "sps_ae", "beta_vae"))
    for run in runs:
        write_run(run, {MSE: 0.1})
    assert list_warnings([read_outcome(run) for run in runs]) == []


def test_settings_versions_devices_and_data_that_differ_are_named(tmp_path):
    runs = plan(tmp_path)
    write_run(runs[0], {})
    write_run(runs[1], {}, versions=VERSIONS | {"device": "GPU"}, data={"name": "other"})
    write_run(plan(tmp_path, steps=10)[2], {})
    warnings = list_warnings([read_outcome(run) for run in runs])
    assert warnings == [
        "other settings than asked for: steps is 10 there, 8 here (sps seed 2)",
        'the runs differ in versions.device: "GPU" (sps seed 1); "CPU, 2 cores" (the others)',
        'the runs differ in data.name: "other" (sps seed 1); "made by hand" (the others)',
    ]


def test_data_are_compared_among_runs_that_asked_for_the_same(tmp_path):
    half = plan(tmp_path / "half", data__n_train=4)
    whole = plan(tmp_path / "whole")
    for run, n_sequences in ((half[0], 4), (half[1], 4), (whole[0], 8), (whole[1], 7)):
        write_run(run, {}, data={"n_train": n_sequences})
    warnings = list_warnings([read_outcome(run) for run in (*half[:2], *whole[:2])])
    assert warnings == ["the runs differ in data.n_train: 8 (the others); 7 (sps seed 1)"]
