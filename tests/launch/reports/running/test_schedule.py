"""What runs cost, from runs made by hand, and their order."""

import os

import pytest

from launch.reports import get_report
from launch.reports.engine.plan import plan_report
from launch.reports.running import schedule
from launch.reports.running.schedule import describe_cost, estimate, order_runs, read_finished
from sps_tf import files
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.history import Look, write_look
from tests.launch.reports.run_fakes import MSE, plan, write_run


@pytest.fixture(autouse=True)
def nothing_recorded(monkeypatch):
    monkeypatch.setattr(schedule, "list_recorded", lambda: [])


def test_a_run_takes_what_those_with_its_settings_took(tmp_path):
    planned = plan(tmp_path, ("sps", "beta_vae"), (0, 1, 2))
    write_run(planned.runs[0], {MSE: 0.1}, seconds=100.0)
    write_run(planned.runs[2], {MSE: 0.1}, seconds=300.0)
    write_run(planned.runs[1], {MSE: 0.1}, seconds=7.0)
    finished = read_finished(planned.runs)
    assert estimate(planned.runs[4], finished) == 200.0
    assert estimate(planned.runs[5], finished) == 7.0


def test_a_run_of_other_settings_takes_its_steps_at_the_pace_of_its_kind(tmp_path):
    (short,) = plan(tmp_path, ("sps",), (0,), steps=10).runs
    (other,) = plan(tmp_path, ("beta_vae",), (0,), steps=10).runs
    write_run(short, {MSE: 0.1}, seconds=20.0)
    write_run(other, {MSE: 0.1}, seconds=1000.0)
    (longer,) = plan(tmp_path, ("sps",), (1,), steps=100).runs
    (unseen,) = plan(tmp_path, ("sps_ae",), (1,), steps=100).runs
    finished = read_finished([longer])
    assert estimate(longer, finished) == 200.0  # 100 steps of 2 seconds
    assert estimate(unseen, finished) == 5100.0  # of 2 and of 100 seconds
    (of_sound,) = plan(tmp_path, ("sps",), (1,), "table_1").runs
    assert estimate(of_sound, finished) is None


def test_a_run_recorded_on_a_gpu_tells_nothing_of_this_machine(tmp_path, monkeypatch):
    (run,) = plan(tmp_path, ("sps",), (0,)).runs
    settings = schedule.settings_digest(to_json(run.config))
    names = {name: run.config[name] for name in ("dataset", "preset", "method", "steps")}
    held = names | {"settings": settings, "seconds": 60.0}
    runs = [held | {"seconds": 2.0, "device": "NVIDIA H200"}, held | {"device": "CPU, 2 cores"}]
    monkeypatch.setattr(schedule, "list_recorded", lambda: [{"runs": [*runs, held]}])
    assert estimate(run, read_finished([run])) == 60.0


def test_what_a_stopped_run_has_done_is_not_counted_again(tmp_path):
    done, stopped = plan(tmp_path, ("sps",), (0, 1), steps=8).runs
    write_run(done, {MSE: 0.1}, seconds=80.0)
    checkpoints = Run(stopped.workdir).checkpoints
    checkpoints.mkdir(parents=True)
    (checkpoints / "step_00000006.keras").touch()
    assert estimate(stopped, read_finished([done])) == 20.0


def test_a_run_that_goes_on_tells_the_pace_of_its_kind(tmp_path):
    going, planned = plan(tmp_path, ("sps",), (0, 1), steps=8).runs
    folder = Run(going.workdir)
    folder.workdir.mkdir(parents=True)
    files.write_json(folder.workdir / "config.json", to_json(going.config))
    write_look(folder.history, Look(0, 3.0, {}))
    assert estimate(planned, read_finished([planned])) is None
    write_look(folder.history, Look(4, 20.0, {}))
    assert estimate(planned, read_finished([planned])) == 40.0


def test_damaged_results_tell_nothing(tmp_path):
    (run,) = plan(tmp_path, ("sps",), (0,)).runs
    write_run(run, {MSE: 0.1})
    (run.workdir / "results.json").write_text("{")
    assert read_finished([run]) == []


def test_first_seeds_come_first_and_the_cheap_before_the_dear(tmp_path):
    planned = plan(tmp_path, ("sps", "sps_ae", "beta_vae"), (5, 3))
    for i, run in enumerate(plan(tmp_path, ("sps", "sps_ae", "beta_vae"), (9,)).runs):
        write_run(run, {MSE: 0.1}, seconds=30.0 - 10 * i)
    names = [run.name for run in order_runs([planned], read_finished(planned.runs))]
    assert names == [
        "beta_vae seed 5",
        "sps_ae seed 5",
        "sps seed 5",
        "beta_vae seed 3",
        "sps_ae seed 3",
        "sps seed 3",
    ]


def test_longer_runs_of_unknown_cost_come_later_and_shared_runs_once():
    of_masks = plan_report(get_report("table_13"), "paper", (0,))
    of_ball = plan_report(get_report("table_2"), "debug", (0,))
    again = plan_report(get_report("table_4"), "debug", (0,))
    names = [run.config.dataset for run in order_runs([of_masks, of_ball, again], ())]
    assert names == ["sps_ball"] * 5 + ["kitti_masks/zenodo_authors_split"] * 3


def test_the_estimate_in_words(tmp_path):
    planned = plan(tmp_path, ("sps",), (0, 1, 2, 3, 4))
    write_run(planned.runs[0], {MSE: 0.1}, seconds=9000.0)
    finished, cores = read_finished(planned.runs), os.cpu_count()
    left = planned.runs[1:]
    assert describe_cost(left, finished, 1) == f"about 10 h on {cores} cores"
    assert describe_cost(left, finished, 2) == f"about 5.0 h on {cores} cores, 2 at a time"
    of_sound = plan(tmp_path, ("sps",), (1,), "table_1").runs
    shown = describe_cost([*left[:1], *of_sound], finished, 1)
    assert shown == f"about 2.5 h on {cores} cores; time not known of 1 run"
    assert describe_cost([], finished, 1) == ""
