"""Runs recorded earlier beside those of a folder."""

import pytest

from launch.reports.engine.content import gather
from launch.reports.engine.kept import add_recorded, list_dropped
from launch.reports.engine.outcomes import read_outcome
from tests.launch.reports.run_fakes import MSE, VERSIONS, find_cell, plan, write_run


def _finish(planned, values):
    """Leave finished runs, and return what became of them."""
    for run, value in zip(planned.runs, values, strict=True):
        write_run(run, {MSE: value}, versions={**VERSIONS, "commit": f"at {value}"})
    return _read(planned)


def _read(planned):
    return [read_outcome(run) for run in planned.runs]


@pytest.fixture
def recorded(tmp_path):
    """A report with K = 4 of two seeds, recorded on a machine that is gone."""
    planned = plan(tmp_path / "gone", ("sps",), (0, 1))
    return gather(planned, _finish(planned, (0.1, 0.3)))


def test_recorded_runs_join_those_of_other_rows(tmp_path, recorded):
    planned = plan(tmp_path / "here", ("beta_vae",), (0,))
    content = gather(*add_recorded(planned, _finish(planned, (0.7,)), recorded))
    assert [row["name"] for row in content["rows"]] == ["sps", "beta_vae"]
    assert find_cell(content, "sps", MSE)["values"] == {"0": 0.1, "1": 0.3}
    assert find_cell(content, "sps", MSE)["mean"] == pytest.approx(0.2)
    assert find_cell(content, "beta_vae", MSE)["values"] == {"0": 0.7}
    states = {run["name"]: (run["status"], run["commit"]) for run in content["runs"]}
    assert states["sps seed 1"] == ("finished", "at 0.3")
    assert states["beta_vae seed 1"] == ("missing", None)
    assert "--seeds=0,1" in content["command"]
    (warning,) = [text for text in content["warnings"] if "recorded earlier" in text]
    assert warning.endswith("today: sps seed 0, sps seed 1")


def test_recorded_seeds_join_further_ones(tmp_path, recorded):
    planned = plan(tmp_path / "here", ("sps",), (2,))
    content = gather(*add_recorded(planned, _finish(planned, (0.8,)), recorded))
    assert find_cell(content, "sps", MSE)["values"] == {"0": 0.1, "1": 0.3, "2": 0.8}


def test_a_run_of_the_folder_replaces_the_recorded_one(tmp_path, recorded):
    planned = plan(tmp_path / "here", ("sps",), (1,))
    content = gather(*add_recorded(planned, _finish(planned, (0.5,)), recorded))
    assert find_cell(content, "sps", MSE)["values"] == {"0": 0.1, "1": 0.5}


def test_recorded_runs_of_other_settings_are_dropped_and_named(tmp_path, recorded):
    planned = plan(tmp_path / "here", ("sps",), (1,), steps=4)
    _, outcomes = add_recorded(planned, _finish(planned, (0.5,)), recorded)
    content = gather(planned, outcomes)
    assert find_cell(content, "sps", MSE)["values"] == {"1": 0.5}
    assert list_dropped(recorded, outcomes) == ["sps seed 0"]
    assert [outcome.run.config.seed for outcome in outcomes] == [1]


def test_nothing_recorded_adds_nothing(tmp_path):
    planned = plan(tmp_path / "here", ("sps",), (0, 1))
    outcomes = _finish(planned, (0.1, 0.2))
    assert add_recorded(planned, outcomes, None) == (planned, outcomes)
    assert list_dropped(None, outcomes) == []


def test_recorded_value_that_is_not_finite_stays_out_of_the_mean(tmp_path, recorded):
    recorded["runs"][0]["metrics"][MSE] = None
    planned = plan(tmp_path / "here", ("sps",), (2,))
    content = gather(*add_recorded(planned, _read(planned), recorded))
    assert find_cell(content, "sps", MSE)["mean"] == pytest.approx(0.3)
    assert any("sps seed 0 is nan" in text for text in content["warnings"])


def test_a_recorded_run_keeps_its_device_and_its_backend(tmp_path, recorded):
    by_jax = {"jax": "0.11.2", "device": "A GPU", "commit": "there"}
    planned = plan(tmp_path / "gpu", ("sps",), (1, 2))
    for run in planned.runs:
        write_run(run, {MSE: 0.2}, versions=by_jax)
    both = gather(*add_recorded(planned, _read(planned), recorded))
    assert both["command"].startswith("python ")
    assert gather(planned, _read(planned))["command"].startswith("KERAS_BACKEND=jax python ")

    planned = plan(tmp_path / "here", ("sps",), (3,))
    again = gather(*add_recorded(planned, _finish(planned, (0.5,)), both))
    found = {run["seed"]: (run["device"], run["command"].split(" -m")[0]) for run in again["runs"]}
    assert found == {
        0: ("CPU, 2 cores", "python"),
        1: ("A GPU", "KERAS_BACKEND=jax python"),
        2: ("A GPU", "KERAS_BACKEND=jax python"),
        3: ("CPU, 2 cores", "python"),
    }


def test_a_run_recorded_before_devices_were_kept_has_that_of_its_report(tmp_path, recorded):
    for run in recorded["runs"]:
        del run["device"]
    planned = plan(tmp_path / "here", ("sps",), (2,))
    content = gather(*add_recorded(planned, _finish(planned, (0.8,)), recorded))
    assert {run["device"] for run in content["runs"]} == {"CPU, 2 cores"}
