"""Processes of a table's runs, with small scripts in place of the training."""

import functools
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from launch.reports.tables import processes
from launch.reports.tables.processes import describe_failure, process_environment, train_runs
from tests.launch.reports.tables.table_fakes import plan

PRELUDE = """
import pathlib, sys, time
root, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2])
folder = lambda i: root / "sps_ball" / f"sps_debug_seed{i}"
events = lambda i: folder(i) / "tensorboard" / "events"
"""
# Writes its event file, as a run does once its data are loaded.
SCRIPT = """
events(seed).parent.mkdir(parents=True)
events(seed).touch()
"""


@pytest.fixture
def run_script(monkeypatch, tmp_path):
    """Return a function that lets scripts stand in for trainings and runs them."""
    monkeypatch.setattr(processes, "_POLL_SECONDS", 0.02)

    def run(*scripts, n_processes=1):
        runs = plan(tmp_path, seeds=tuple(range(len(scripts))))

        def command(run, _):
            code = PRELUDE + textwrap.dedent(scripts[run.seed])
            return [sys.executable, "-c", code, str(tmp_path), str(run.seed)]

        monkeypatch.setattr(processes, "_command", command)
        logs = tmp_path / "logs"
        logs.mkdir()
        return train_runs(runs, n_processes, None, logs)

    return run


def test_one_process_takes_one_run_after_the_other(run_script):
    first = f"{SCRIPT}\ntime.sleep(0.3)\n(folder(0) / 'ended').touch()"
    second = "sys.exit(0 if (folder(0) / 'ended').exists() else 'too early')"
    assert run_script(first, second) == {}


def test_two_processes_go_side_by_side_once_the_data_are_there(run_script):
    until_second = "for _ in range(6000): folder(1).exists() or time.sleep(0.01)"
    first = f"time.sleep(0.3)\n{SCRIPT}\n{until_second}"
    second = "folder(1).mkdir()\nsys.exit(0 if events(0).exists() else 'too early')"
    assert run_script(first, second, n_processes=2) == {}


def test_data_that_could_not_be_made_are_tried_by_one_run_at_a_time(run_script):
    first = "time.sleep(0.3)\nfolder(0).mkdir(parents=True)\nsys.exit('error: no data')"
    second = "sys.exit(0 if folder(0).exists() else 'too early')"
    assert set(run_script(first, second, n_processes=2)) == {"sps seed 0"}


def test_run_that_fails_is_named_and_the_others_go_on(run_script, tmp_path, capsys):
    failing = "print('before'); sys.exit('error: no room on the disk')"
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    problems = run_script(failing, SCRIPT, killed, "raise KeyError('bug')")
    assert set(problems) == {"sps seed 0", "sps seed 2", "sps seed 3"}
    assert problems["sps seed 0"].startswith("no room on the disk (all it printed: ")
    assert "SIGKILL; the system may be out of memory" in problems["sps seed 2"]
    assert problems["sps seed 3"].startswith("KeyError: 'bug'")
    log = tmp_path / "logs" / "sps_seed0.log"
    assert log.read_text().splitlines()[0] in ("before", "error: no room on the disk")
    shown = capsys.readouterr().err
    assert "sps seed 0: no room on the disk" in shown
    assert "sps seed 1: done" in shown


def test_progress_of_the_run_is_shown(run_script, capsys):
    script = """
sys.stderr.write("2026-01-01 00:00:00.0: W tensorflow/x.cc:1] a line of the library\\n")
sys.stderr.write("training:   0%|   | 0/8\\rtraining:  50%|## | 4/8, loss=1")
sys.stderr.flush()
time.sleep(1)
"""
    run_script(script)
    shown = capsys.readouterr().err
    assert "sps seed 0 training 50%" in shown
    assert "library" not in shown


@pytest.mark.parametrize(
    ("returncode", "printed", "message"),
    [
        (0, "error: x", ""),
        (2, "50%|#|\rerror: wrong\nwarning: later\n", "wrong"),
        (2, "x:  50%|#| 1/2 [00:01<00:01]error: wrong\n", "wrong"),
        (2, "error: took [2] error: x\n", "took [2] error: x"),
        (1, "Traceback\n  line\nValueError: bug\n\n", "ValueError: bug"),
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
    (run,) = plan(tmp_path, seeds=(3,), model__encoder__filters=(2, 2, 2), mixed_precision=True)
    assert processes._command(run, "some where")[1:] == [
        "-m",
        "launch.train",
        "--dataset=sps_ball",
        "--method=sps",
        "--preset=debug",
        "--seed=3",
        f"--workdir={tmp_path}/sps_ball/sps_debug_seed3",
        "--data_dir=some where",
        "--config.model.encoder.filters=(2, 2, 2)",
        "--config.mixed_precision=True",
    ]


STOPPED_TABLE = """
import runpy, sys
from launch.reports.tables import processes
child = '''
import pathlib, sys, time
try:
    pathlib.Path(sys.argv[1] + "_began").touch()
    time.sleep(60)
except KeyboardInterrupt:
    pathlib.Path(sys.argv[1] + "_stopped").touch()
'''
processes._command = lambda run, _: [sys.executable, "-c", child, str(run.workdir)]
runpy.run_module("launch.table", run_name="__main__")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_table_stops_its_runs_and_says_how_to_go_on(tmp_path, number):
    arguments = ("--dataset=sps_ball", "--preset=debug", "--methods=sps", f"--runs={tmp_path}")
    command = [sys.executable, "-c", textwrap.dedent(STOPPED_TABLE), *arguments]
    workdir = tmp_path / "sps_ball" / "sps_debug_seed0"
    # A suite that runs in the background may hand down an ignored Ctrl-C.
    hear_ctrl_c = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    ) as table:
        while not workdir.with_name(workdir.name + "_began").exists():
            assert table.poll() is None, table.stderr.read()
            time.sleep(0.02)
        table.send_signal(number)
        shown = table.stderr.read()
    assert table.returncode == 130
    assert workdir.with_name(workdir.name + "_stopped").exists()
    assert "The same command continues" in shown.splitlines()[-1]
    assert "Traceback" not in shown
    assert not list(tmp_path.glob("*/table_debug/table.*"))
