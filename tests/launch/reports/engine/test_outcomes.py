"""What became of runs, made by hand, and what keeps them from being compared."""

import pytest

from launch.reports.engine.outcomes import find_conflict, list_warnings, read_outcome
from tests.launch.reports.run_fakes import MSE, VERSIONS, plan, write_run


def test_run_without_a_folder_is_missing(tmp_path):
    (run,) = plan(tmp_path, seeds=(0,)).runs
    assert read_outcome(run).status == "missing"
    assert read_outcome(run, "killed").status == "failed"


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
    (run,) = plan(tmp_path, seeds=(0,)).runs
    write_run(run, **({"metrics": {MSE: 0.1}} | changes))
    outcome = read_outcome(run)
    assert outcome.status == "failed"
    assert problem in outcome.problem


def test_folder_of_other_settings_is_a_conflict(tmp_path):
    (run,) = plan(tmp_path, seeds=(0,)).runs
    assert find_conflict(run) == ""
    write_run(run, {})
    assert find_conflict(run) == ""
    (other,) = plan(tmp_path, seeds=(0,), steps=10).runs
    assert "steps is 8 there, 10 here" in find_conflict(other)
    assert "--runs" in find_conflict(other)
    (run.workdir / "config.json").write_text("[]")
    assert "must hold a JSON object" in find_conflict(run)


def test_equal_runs_give_no_warning(tmp_path):
    runs = plan(tmp_path, ("sps", "sps_ae", "beta_vae")).runs
    for run in runs:
        write_run(run, {MSE: 0.1})
    assert list_warnings([read_outcome(run) for run in runs]) == []


def test_settings_versions_devices_and_data_that_differ_are_named(tmp_path):
    runs = plan(tmp_path).runs
    write_run(runs[0], {})
    write_run(runs[1], {}, versions=VERSIONS | {"device": "GPU"}, data={"name": "other"})
    write_run(plan(tmp_path, steps=10).runs[2], {})
    warnings = list_warnings([read_outcome(run) for run in runs])
    assert warnings == [
        "other settings than asked for: steps is 10 there, 8 here (sps seed 2)",
        'the runs differ in versions.device: "GPU" (sps seed 1); "CPU, 2 cores" (the others)',
        'the runs differ in data.name: "other" (sps seed 1); "made by hand" (the others)',
    ]


def test_settings_in_which_the_same_runs_differ_share_a_line(tmp_path):
    runs = plan(tmp_path).runs
    for run in (runs[0], *plan(tmp_path, steps=10, batch_size=3).runs[1:3]):
        write_run(run, {})
    (warning,) = list_warnings([read_outcome(run) for run in runs])
    assert "steps is 10 there, 8 here" in warning and "batch_size is 3 there" in warning
    assert warning.count("other settings") == 1 and warning.endswith("(sps seed 1, sps seed 2)")


def test_data_are_compared_among_runs_that_asked_for_the_same(tmp_path):
    half = plan(tmp_path / "half", data__n_train=4).runs
    whole = plan(tmp_path / "whole").runs
    for run, n_sequences in ((half[0], 4), (half[1], 4), (whole[0], 8), (whole[1], 7)):
        write_run(run, {}, data={"n_train": n_sequences})
    warnings = list_warnings([read_outcome(run) for run in (*half[:2], *whole[:2])])
    assert warnings == ["the runs differ in data.n_train: 8 (the others); 7 (sps seed 1)"]
