"""Reports from folders of runs, made by hand, to files."""

import pytest

from launch.reports import get_report
from launch.reports.engine.content import gather
from launch.reports.engine.outcomes import read_outcome
from launch.reports.running import make
from launch.reports.running.make import Options, make_reports, show_plans
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run
from tests.launch.reports.run_fakes import MSE, find_cell, plan, read_report, write_run


def test_report_leaves_markdown_csv_and_json(tmp_path, capsys):
    planned = plan(tmp_path)
    for run, value in zip(planned.runs, (0.1, 0.3, 0.2), strict=True):
        write_run(run, {MSE: value})
    assert make_reports([planned], Options(tmp_path)) == 0
    folder = tmp_path / "reports" / "table_2_debug"
    names = ["report.csv", "report.json", "report.md"]
    assert sorted(path.name for path in folder.iterdir()) == names
    report = read_report(tmp_path)
    assert (report["name"], report["preset"]) == ("table_2", "debug")
    assert find_cell(report, "sps", MSE)["mean"] == pytest.approx(0.2)
    assert report["picture"] is None
    shown = capsys.readouterr().out
    assert shown.isascii()
    assert "0.2000 +- 0.1000" in shown
    assert "no finished run of sps has" in shown


def test_missing_and_damaged_runs_are_named_and_the_others_count(tmp_path, capsys):
    planned = plan(tmp_path)
    write_run(planned.runs[0], {MSE: 0.25})
    write_run(planned.runs[1], {})
    (planned.runs[1].workdir / "results.json").write_text("{")
    assert make_reports([planned], Options(tmp_path)) == 1
    report = read_report(tmp_path)
    assert [run["status"] for run in report["runs"]] == ["finished", "failed", "missing"]
    assert find_cell(report, "sps", MSE)["mean"] == 0.25
    shown = capsys.readouterr().out
    assert "failed: sps seed 1: " in shown
    assert "results.json cannot be read" in shown
    assert f"missing: sps seed 2: {planned.runs[2].workdir}" in shown
    assert "1 of 3 (1 failed)" in shown


def test_recording_keeps_runs_remark_and_picture_of_earlier_records(tmp_path, capsys, monkeypatch):
    earlier, later = plan(tmp_path / "a", seeds=(0, 1)), plan(tmp_path / "b", seeds=(2,))
    for run, value in zip((*earlier.runs, *later.runs), (0.1, 0.3, 0.2), strict=True):
        write_run(run, {MSE: value})
    held = gather(earlier, [read_outcome(run) for run in earlier.runs])
    held |= {"remark": "Of a summer.", "picture": {"file": "a.png", "caption": "A", "path": "/a"}}
    held["runs"][1]["settings"] = "of other settings"
    recorded = []
    monkeypatch.setattr(make, "find_recorded", lambda name, preset: held)
    monkeypatch.setattr(make, "record", lambda *args, **_: recorded.append(args) or [])
    make_reports([later], Options(tmp_path / "b", record=True))
    ((content, picture),) = recorded
    assert find_cell(content, "sps", MSE)["values"] == {"0": 0.1, "2": 0.2}
    assert (content["remark"], content["picture"]["file"], picture) == (
        "Of a summer.",
        "a.png",
        None,
    )
    assert "settings are others now: sps seed 1" in capsys.readouterr().out
    assert find_cell(read_report(tmp_path / "b"), "sps", MSE)["values"] == {"2": 0.2}


def test_nothing_to_read_is_an_error_that_leaves_no_report(tmp_path):
    with pytest.raises(UserError, match="None of the 3 runs has finished"):
        make_reports([plan(tmp_path)], Options(tmp_path))
    assert not (tmp_path / "reports").exists()


def test_reports_without_finished_runs_leave_the_others_alone(tmp_path, capsys):
    of_scales, of_ball = plan(tmp_path, name="table_1"), plan(tmp_path, seeds=(0,))
    write_run(of_ball.runs[0], {MSE: 0.25})
    assert make_reports([of_scales, of_ball], Options(tmp_path)) == 0
    assert "table_1: none of its 3 runs has finished" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["table_2_debug"]


@pytest.fixture
def trained():
    """Runs that would have been trained; none of them leaves results."""
    runs = []

    def train(left, *_):
        runs.extend(left)
        return {}

    return runs, train


def test_conflicts_are_not_trained_but_finished_runs_are_read(tmp_path, trained):
    planned = plan(tmp_path)
    write_run(planned.runs[0], {MSE: 0.1})
    write_run(plan(tmp_path, steps=10).runs[1], {MSE: 0.2})
    runs, train = trained
    assert make_reports([planned], Options(tmp_path, n_processes=1, train=train)) == 1
    assert [run.name for run in runs] == ["sps seed 2"]
    found = {run["name"]: run["problem"] for run in read_report(tmp_path)["runs"]}
    assert found["sps seed 0"] == ""
    assert "steps is 10 there, 8 here" in found["sps seed 1"]
    assert found["sps seed 2"] == "ended without results"


def test_run_of_two_reports_is_trained_once_and_has_failed_in_both(tmp_path, trained):
    plans = [plan(tmp_path, None, (0,), name) for name in ("table_2", "figure_7")]
    runs, train = trained
    assert make_reports(plans, Options(tmp_path, n_processes=1, train=train)) == 1
    names = {"sps", "sps_ae", "sps_k0", "sps_ae_k0", "beta_vae", "sps_k16"}
    assert {run.variant.name for run in runs} == names
    assert len(runs) == len(names)
    assert {run["status"] for run in read_report(tmp_path, "figure_7")["runs"]} == {"failed"}


def test_plan_tells_what_would_be_trained(tmp_path, capsys):
    planned = plan(tmp_path, seeds=(0, 1, 2, 3))
    write_run(planned.runs[0], {MSE: 0.1})
    write_run(plan(tmp_path, steps=10).runs[1], {MSE: 0.2})
    stopped = Run(planned.runs[2].workdir)
    stopped.checkpoints.mkdir(parents=True)
    (stopped.checkpoints / "step_00000004.keras").touch()
    show_plans([planned, plan(tmp_path, name="table_4")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "table_2: sps_ball, preset debug"
    assert lines[1] == "  sps seed 0: finished"
    assert lines[2].startswith("  sps seed 1: failed: ")
    assert lines[3].startswith("  sps seed 2: to be trained, from step 4: 8 steps in ")
    assert lines[4].startswith("  sps seed 3: to be trained: 8 steps in ")
    assert lines[5] == "table_4: sps_ball, preset debug"
    assert lines[-1].startswith("4 runs, 2 of them to be trained: about ")
    assert not (tmp_path / "reports").exists()


def test_settings_are_named_where_they_differ_from_the_preset(tmp_path):
    planned = plan(tmp_path, seeds=(0,), steps=4, evaluation__split="validation")
    assert planned.settings == (
        "sps_ball, preset debug, split validation, steps = 4, evaluation.split = validation"
    )
    assert get_report("table_2").title == "Table 2"
