"""What the benchmarks measure with."""

import subprocess
import sys
import time

import psutil
import pytest

from benchmarks.measuring import PeakMemory, WorkersUse


def test_largest_process_of_the_name_is_followed_and_no_other():
    code = "import time; block = bytearray(100_000_000); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, "the_big_one"])
    try:
        with PeakMemory("the_big_one") as found, PeakMemory("no_such_name") as other:
            time.sleep(2)
    finally:
        process.kill()
        process.wait()
    assert 95 < found.peak_mib < 1000
    assert other.peak_mib == 0


class Member:
    """One process of a cluster."""

    def __init__(self, pid):
        self.pid = pid

    def processes(self):
        return [psutil.Process(self.pid)]


class Cluster:
    """What `WorkersUse` asks a cluster for."""

    def __init__(self, *pids):
        self.members = [Member(pid) for pid in pids]


def test_workers_are_measured_and_their_nannies_and_the_scheduler_are_not():
    code = (
        "import sys, time; block = bytearray(60_000_000); print(0, flush=True); input()\n"
        "start = time.process_time()\n"
        "while time.process_time() < start + 1: pass\nprint(1, flush=True); input()"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for name in ("spawn_main", "nanny", "spawn_main")
    ]
    try:
        for process in processes:  # a process has no command line yet while it is being started
            assert process.stdout.readline()
        with WorkersUse(Cluster(*(process.pid for process in processes))) as use:
            for process in processes[1:]:
                process.stdin.write(b"\n")
                process.stdin.flush()
                assert process.stdout.readline()
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert use.core_secs == pytest.approx(1, abs=0.2)  # of the third alone
    assert 55 < use.end_mib < 1000
