"""What the benchmarks of data sets share: a stopwatch, memory, and processes of their own."""

import multiprocessing
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from pipelines.beam.cluster import Cluster


class Stopwatch:
    """Time a preparation, and its tally from the first example to the last.

    Args:
        tally_path: gives the path of the tally (`pipelines.beam.progress`), or None while there is
            none.

    Attributes:
        seconds: how long the `with` block took.
    """

    def __init__(self, tally_path: Callable[[], str | None]) -> None:
        self._tally_path = tally_path
        self._seen: list[tuple[float, int]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._start = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.seconds = time.perf_counter() - self._start
        self._done.set()
        self._thread.join()

    def examples_per_s(self) -> float:
        """Return the rate between the first and the last look that saw the tally grow.

        Returns:
            Examples a second, NaN where the tally was seen to grow less than twice.
        """
        if len(self._seen) < 2:
            return float("nan")
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - start)

    def _follow(self) -> None:
        while not self._done.wait(0.05):
            path = self._tally_path()
            if path is None or not os.path.exists(path):
                continue
            count = os.path.getsize(path)
            if count > (self._seen[-1][1] if self._seen else 0):
                self._seen.append((time.perf_counter(), count))


class PeakMemory:
    """Follow the memory of other processes while a `with` block runs.

    Args:
        name: regular expression that finds their command lines.

    Attributes:
        peak_mib: the largest resident memory of any of them, 0 where none was seen.
    """

    def __init__(self, name: str) -> None:
        self._name = re.compile(name)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self.peak_mib = 0.0

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._done.wait(0.5):
            for process in psutil.process_iter(["cmdline", "memory_info"]):
                memory = process.info["memory_info"]
                is_other = process.pid != os.getpid()
                if (
                    memory
                    and is_other
                    and self._name.search(" ".join(process.info["cmdline"] or []))
                ):
                    self.peak_mib = max(self.peak_mib, memory.rss / 2**20)


class WorkersUse:
    """Follow what the workers of a Dask cluster take while a `with` block runs.

    Args:
        cluster: a cluster on this machine; a worker that is started anew meanwhile is missed.

    Attributes:
        core_secs: processor time of all workers in the block.
        total_core_secs: their processor time since they were started.
        end_mib: resident memory of the largest worker at the end.
    """

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster
        self.core_secs = self.total_core_secs = self.end_mib = 0.0

    def __enter__(self) -> "WorkersUse":
        self._workers = [
            process
            for member in self._cluster.members[1:]
            for process in member.processes()
            if "spawn_main" in " ".join(process.cmdline())  # the nanny is called otherwise
        ]
        self._before_secs = self._measure_secs()
        return self

    def __exit__(self, *error: object) -> None:
        self.total_core_secs = self._measure_secs()
        self.core_secs = self.total_core_secs - self._before_secs
        self.end_mib = max(worker.memory_info().rss for worker in self._workers) / 2**20

    def _measure_secs(self) -> float:
        return sum(sum(worker.cpu_times()[:2]) for worker in self._workers)


def use_one_core() -> None:
    """Keep this process on one core, so that its rate is that of one."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def peak_mib(who: int) -> float:
    """Return the largest resident memory so far.

    Args:
        who: `resource.RUSAGE_SELF`, or `RUSAGE_CHILDREN` for the largest child that has ended.

    Returns:
        MiB.
    """
    peak = resource.getrusage(who).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)  # bytes there, KiB elsewhere


def resident_mib() -> float:
    """Return the memory that this process holds now, in MiB."""
    return psutil.Process().memory_info().rss / 2**20


def in_own_process(function: Callable[..., dict], *args: Any) -> dict[str, Any]:
    """Call a function in a fresh process, whose memory is its own.

    Args:
        function: the function, one that another process can import.
        *args: its arguments.

    Returns:
        Its result.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as executor:
        return executor.submit(function, *args).result()
