"""Processes of runs, with small scripts in place of the training."""

import functools
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from launch.reports.engine.plan import plan_report
from launch.reports.engine.spec import Report, Variant
from launch.reports.running import bar, processes
from launch.reports.running.processes import (
    LOG_FILE,
    describe_failure,
    name_apart,
    process_environment,
    train_runs,
    train_words,
)
from sps_tf.runs.folder import Run
from tests.launch.reports.run_fakes import plan

PRELUDE = """
import json, pathlib, sys, time
root, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2])
folder = lambda i: root / "sps_ball" / f"sps_debug_seed{i}"
def tell(stage, step):
    (folder(seed) / "progress.json").write_text(json.dumps({"stage": stage, "step": step}))
has_told = lambda i: (folder(i) / "progress.json").exists()
"""


@pytest.fixture
def run_script(monkeypatch, tmp_path):
    """Return a function that lets scripts stand in for trainings and runs them."""
    monkeypatch.setattr(processes, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(bar, "_SECONDS_IN_FILE", 0.05)

    def run(*scripts, n_processes=1, runs=None):
        runs = runs or plan(tmp_path, seeds=tuple(range(len(scripts)))).runs

        def command(run, _):
            code = PRELUDE + textwrap.dedent(scripts[run.config.seed])
            return ["-c", code, str(tmp_path), str(run.config.seed)]

        monkeypatch.setattr(processes, "train_words", command)
        problems = train_runs(runs, n_processes)
        return {run.name: problems[run.workdir] for run in runs if run.workdir in problems}

    return run


def test_one_process_takes_one_run_after_the_other(run_script):
    first = "tell('start', 0)\ntime.sleep(0.3)\n(folder(0) / 'ended').touch()"
    second = "sys.exit(0 if (folder(0) / 'ended').exists() else 'too early')"
    assert run_script(first, second) == {}


def test_two_processes_go_side_by_side_once_the_data_are_there(run_script):
    until_second = "for _ in range(6000): has_told(1) or time.sleep(0.01)"
    first = f"time.sleep(0.3)\ntell('start', 0)\n{until_second}"
    second = "early = not has_told(0)\ntell('start', 0)\nsys.exit('too early' if early else 0)"
    assert run_script(first, second, n_processes=2) == {}


def test_progress_of_an_earlier_part_does_not_say_that_the_data_are_there(run_script, tmp_path):
    runs = plan(tmp_path, seeds=(0, 1)).runs
    runs[0].workdir.mkdir(parents=True)
    Run(runs[0].workdir).write_progress("training", 4)
    first = "time.sleep(0.5)\n(folder(0) / 'loaded').touch()\ntell('training', 4)\ntime.sleep(0.2)"
    second = "sys.exit(0 if (folder(0) / 'loaded').exists() else 'too early')"
    assert run_script(first, second, n_processes=2) == {}


def test_runs_on_other_data_need_not_wait(run_script, tmp_path):
    (first,) = plan(tmp_path, seeds=(0,)).runs
    (second,) = plan(tmp_path, seeds=(1,), data__n_train=4).runs
    waits = "for _ in range(6000): (folder(1) / 'began').exists() or time.sleep(0.01)"
    begins = "(folder(1) / 'began').touch()"
    assert run_script(waits, begins, n_processes=2, runs=[first, second]) == {}


def test_data_that_could_not_be_made_are_tried_by_one_run_at_a_time(run_script):
    first = "time.sleep(0.3)\n(folder(0) / 'ended').touch()\nsys.exit('error: no data')"
    second = "sys.exit(0 if (folder(0) / 'ended').exists() else 'too early')"
    assert set(run_script(first, second, n_processes=2)) == {"sps seed 0"}


def test_one_bar_shows_the_steps_of_all_runs(run_script, capsys):
    run_script("tell('training', 6)\ntime.sleep(0.5)", "sys.exit(3)")
    shown = capsys.readouterr().err
    assert "sps seed 0 starts" in shown
    assert "sps seed 0 training 6" in shown
    assert "0 of 2 runs:  38%" in shown  # 6 of 16 steps
    assert "2 of 2 runs: 100%" in shown
    assert "16/16" in shown


def test_runs_of_several_data_sets_are_told_apart(tmp_path):
    of_ball = plan(tmp_path, ("sps",), (0,)).runs
    of_scales = plan(tmp_path, ("sps",), (0,), "table_1").runs
    assert list(name_apart(of_ball).values()) == ["sps seed 0"]
    names = list(name_apart([*of_ball, *of_scales]).values())
    assert names == ["sps_ball sps seed 0", "sps_scale sps seed 0"]


def test_run_that_fails_is_named_and_the_others_go_on(run_script, tmp_path, capsys):
    failing = "print('before'); print('error: no room', file=sys.stderr); sys.exit(2)"
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    problems = run_script(failing, "tell('start', 0)", killed, "raise KeyError('bug')")
    assert set(problems) == {"sps seed 0", "sps seed 2", "sps seed 3"}
    log = tmp_path / "sps_ball" / "sps_debug_seed0" / LOG_FILE
    assert problems["sps seed 0"] == f"no room (all it printed: {log})"
    assert "SIGKILL; the system may be out of memory" in problems["sps seed 2"]
    assert problems["sps seed 3"].startswith("KeyError: 'bug'")
    assert set(log.read_text().splitlines()) == {"before", "error: no room"}
    shown = capsys.readouterr().err
    assert "sps seed 0: no room" in shown
    assert "sps seed 1: done" in shown


def test_killed_run_does_not_harm_the_one_beside_it(run_script, tmp_path):
    killed = """
    tell('start', 0)
    while not has_told(1): time.sleep(0.01)
    import os, signal; os.kill(os.getpid(), signal.SIGKILL)
    """
    other = "tell('training', 2)\ntime.sleep(0.5)\n(folder(1) / 'ended').touch()"
    assert set(run_script(killed, other, n_processes=2)) == {"sps seed 0"}
    assert (tmp_path / "sps_ball" / "sps_debug_seed1" / "ended").exists()


@pytest.mark.parametrize(
    ("returncode", "printed", "message"),
    [
        (0, "error: x", ""),
        (2, "50%|#|\rerror: wrong\nwarning: later\n", "wrong"),
        (2, "x:  50%|#| 1/2 [00:01<00:01]error: wrong\n", "wrong"),
        (2, "error: took [2] error: x\n", "took [2] error: x"),
        (1, "CUDA error: no device\nTraceback\n  line\nValueError: bug\n\n", "ValueError: bug"),
        (3, "", "ended with status 3"),
        (-signal.SIGTERM, "error: x", "ended by the signal SIGTERM"),
    ],
)
def test_failures_in_a_line(returncode, printed, message):
    assert describe_failure(returncode, printed) == message


def test_processes_share_the_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert process_environment(1) == dict(os.environ)
    shared = process_environment(3)
    assert shared["TF_NUM_INTRAOP_THREADS"] == "2"
    assert shared["OMP_NUM_THREADS"] == "7"
    assert process_environment(100)["TF_NUM_INTRAOP_THREADS"] == "1"


def test_training_gets_all_settings(tmp_path):
    overrides = {"model__encoder__filters": (2, 2, 2), "mixed_precision": True}
    (run,) = plan(tmp_path, seeds=(3,), **overrides).runs
    assert train_words(run, "some where") == [
        "-m",
        "launch.train",
        "--dataset=sps_ball",
        "--method=sps",
        "--preset=debug",
        "--seed=3",
        "--config.model.encoder.filters=(2, 2, 2)",
        "--config.mixed_precision=True",
        f"--workdir={tmp_path}/sps_ball/sps_debug_seed3",
        "--data_dir=some where",
    ]


def test_changes_of_a_variant_reach_its_training():
    report = Report("r", "sps_ball", "", (Variant("v", "sps", "V", {"steps": 4}),), ())
    (run,) = plan_report(report, "debug", (3,), overrides={"batch_size": 2}).runs
    command = train_words(run, None)
    assert {"--config.steps=4", "--config.batch_size=2", "--seed=3"} < set(command)
    assert run.config.steps == 4
    assert run.workdir.name == "v_debug_seed3"


STOPPED = """
import runpy, sys
from launch.reports.running import processes
child = '''
import pathlib, sys, time
try:
    pathlib.Path(sys.argv[1] + "_began").touch()
    time.sleep(60)
except KeyboardInterrupt:
    pathlib.Path(sys.argv[1] + "_stopped").touch()
'''
processes.train_words = lambda run, _: ["-c", child, str(run.workdir)]
runpy.run_module("launch.report", run_name="__main__")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_command_stops_its_runs_and_says_how_to_go_on(tmp_path, number):
    arguments = ("--name=table_2", "--preset=debug", "--methods=sps", f"--runs={tmp_path}")
    command = [sys.executable, "-c", textwrap.dedent(STOPPED), *arguments]
    workdir = tmp_path / "sps_ball" / "sps_debug_seed0"
    # A suite that runs in the background may hand down an ignored Ctrl-C.
    hear_ctrl_c = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    ) as report:
        while not workdir.with_name(workdir.name + "_began").exists():
            assert report.poll() is None, report.stderr.read()
            time.sleep(0.02)
        report.send_signal(number)
        shown = report.stderr.read()
    assert report.returncode == 128 + number
    assert workdir.with_name(workdir.name + "_stopped").exists()
    assert "The same command continues" in shown.splitlines()[-1]
    assert "Traceback" not in shown
    assert not list((tmp_path / "reports").rglob("report.*"))
