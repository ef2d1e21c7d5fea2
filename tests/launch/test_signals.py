import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.signals import PARENT_VARIABLE
from tests.fakes import REPOSITORY, command

LOADS_SLOWLY = """
import time
print("loading", flush=True)
try:
    time.sleep(30)
except BaseException as error:
    raise ImportError("as packages say where their own import fails") from error
"""
COMMAND = """
import sys, time
from launch import cli

def main(_):
    {work}

cli.run_main(main, interrupted="Stopped. The same command continues.")
"""


@pytest.fixture(autouse=True)
def children_heed_ctrl_c():
    """What a shell starts in the background ignores SIGINT, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(tmp_path, work, **environment):
    """Start a command that does `work`; return it when it has printed a line."""
    (tmp_path / "slow_module.py").write_text(LOADS_SLOWLY)
    script = tmp_path / "command.py"
    script.write_text(COMMAND.format(work=work))
    path = os.pathsep.join([str(REPOSITORY), str(tmp_path)])
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("work", ["import slow_module", "print(1, flush=True); time.sleep(30)"])
def test_a_signal_ends_a_command_in_one_line_also_while_modules_load(tmp_path, number, work):
    process = start(tmp_path, work)
    process.send_signal(number)
    _, printed = process.communicate(timeout=20)
    assert printed.split("\n") == ["", "Stopped. The same command continues.", ""]
    assert process.returncode == 128 + number


@contextlib.contextmanager
def training(tmp_path, **environment):
    """Start a run whose own line and exit code are then looked at, whatever it was doing."""
    arguments = ("--dataset=sps_ball", "--preset=debug", f"--workdir={tmp_path / 'run'}")
    call = command("launch.train", *arguments, f"--data_dir={tmp_path}", **environment)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(**call, **pipes) as process:
        yield process
        _, printed = process.communicate(timeout=60)
    assert printed.splitlines()[-1] == "Stopped. The same command continues the training."
    assert "Traceback" not in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_training_that_is_stopped_while_a_package_loads_says_so(tmp_path, number):
    (tmp_path / "tensorflow.py").write_text(LOADS_SLOWLY)
    with training(tmp_path, PYTHONPATH=str(tmp_path)) as process:
        assert process.stdout.readline() == "loading\n"
        process.send_signal(number)
    assert process.returncode == 128 + number


@pytest.mark.skipif(sys.platform != "linux", reason="nothing tells what a process has loaded")
def test_training_that_is_stopped_while_the_real_tensorflow_loads_says_so(tmp_path):
    with training(tmp_path) as process:
        _wait_for_library(process.pid, "tensorflow")
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no such signal")
def test_a_command_ends_with_the_one_that_started_it(tmp_path):
    child = tmp_path / "child.py"
    child.write_text(COMMAND.format(work="print(1, flush=True); time.sleep(60)"))
    parent = (
        "import os, subprocess, sys, time\n"
        f"env = {{**os.environ, {PARENT_VARIABLE!r}: str(os.getpid())}}\n"
        f"child = subprocess.Popen([sys.executable, {str(child)!r}], env=env)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        lines = {process.stdout.readline(), process.stdout.readline()}  # the child's comes too
        pid = max(int(line) for line in lines)
        process.kill()
    deadline = time.monotonic() + 20
    while _is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_alive(pid)


def _wait_for_library(pid, word):
    """Wait until a process has mapped a library into its memory; the rest is still to come."""
    deadline = time.monotonic() + 120
    while word not in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
