"""Training runs on the workers of a Dask cluster, each in a process of its own.

Where a worker sees the folder of the runs, it trains in it, and a run whose worker dies is
continued from its last checkpoint by another. Where it does not, the run trains in a folder of the
worker's and comes back whole when it has finished.
"""

import functools
import io
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from launch.reports.engine.plan import PlannedRun
from launch.reports.running.processes import (
    LOG_FILE,
    THREAD_LIMITS,
    describe_failure,
    make_folder,
    train_runs,
    train_words,
)
from launch.reports.running.started import RunningRun
from launch.signals import PARENT_VARIABLE
from sps_tf.errors import UserError
from sps_tf.optional import require_module

if TYPE_CHECKING:
    import distributed

_MARK = ".shared"
_CONNECT_SECONDS = 30
_POLL_SECONDS = 0.5
_STOP_SECONDS = 30.0
_TAIL_CHARACTERS = 1 << 16
# A run whose worker was killed ends a moment later, and holds its folder until then.
_BUSY, _BUSY_SECONDS = "Another process is training in", 60.0


class Ended(NamedTuple):
    """How a run ended on a worker; `packed`: its folder, where that is not shared."""

    returncode: int
    printed: str
    packed: bytes | None


def train_runs_on_dask(
    address: str,
    runs: Sequence[PlannedRun],
    n_processes: int,
    data_dir: str | None = None,
    on_end: Callable[[PlannedRun], None] = lambda run: None,
) -> dict[Path, str]:
    """Train runs as `train_runs` does, on a cluster: one at a time on each of its workers.

    Args:
        address: of the scheduler, such as `tcp://host:8786`.
        runs: the runs, begun in this order.
        n_processes: not used: there are as many as workers.
        data_dir: folder of the data sets on the workers. Default None: TFDS's own default there.
        on_end: called with each run that has ended. Default: nothing.

    Returns:
        As `train_runs` does.

    Raises:
        UserError: if Dask is not installed, the scheduler cannot be reached, or has no workers.
    """
    del n_processes
    distributed = require_module("distributed")
    try:
        client = distributed.Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, TimeoutError) as error:
        raise UserError(
            f"--dask_client_address names no scheduler that answers ({error}). Received: {address}"
        ) from error
    with client:
        n_workers = len(client.scheduler_info(n_workers=-1)["workers"])
        if not n_workers:
            raise UserError(
                f"The cluster has no workers: start some with `dask worker {address}`. Received: "
                f"{address}"
            )
        stop = f"sps-stop-{uuid.uuid4().hex}"
        first = _mark(runs[0], stop)
        all_see = all(client.run(_is_shared, first, stop).values())
        start = functools.partial(DaskRun, client, stop, all_see)
        return train_runs(runs, n_workers, data_dir, on_end, start)


class DaskRun(RunningRun):
    """A run on a worker.

    Args:
        client: of the cluster.
        stop: names the event that ends all runs.
        shared: whether every worker sees the run's folder.
        run: the run.
        data_dir: folder of the data sets on the workers.
    """

    def __init__(
        self,
        client: "distributed.Client",
        stop: str,
        shared: bool,
        run: PlannedRun,
        data_dir: str | None,
    ) -> None:
        super().__init__(run)
        distributed = require_module("distributed")
        self._workdir = _mark(run, stop)
        self._shared = shared
        self._stop = distributed.Event(stop, client=client)
        # Dask gives it to another worker where one dies, three times at most.
        key = f"{run.name.replace(' ', '-')}-{uuid.uuid4().hex}"
        words = train_words(run, data_dir)
        self._future = client.submit(run_on_worker, words, str(self._workdir), stop, key=key)

    def has_data(self) -> bool:
        """Say whether the run has loaded its data; machines that share nothing make their own."""
        return super().has_data() or not self._shared

    def has_ended(self) -> bool:
        """Say whether the worker has told how the run ended."""
        return self._future.done()

    def problem(self) -> str:
        """Say why the run failed; an empty string where it did not. What came back is unpacked."""
        (self._workdir / _MARK).unlink(missing_ok=True)
        error = self._future.exception()
        if error is not None:
            return f"{type(error).__name__}: {' '.join(str(error).split())}"
        ended = self._future.result()
        if ended.packed is not None:
            with tarfile.open(fileobj=io.BytesIO(ended.packed)) as archive:
                archive.extractall(self._workdir, filter="data")
            (self._workdir / LOG_FILE).write_text(ended.printed, encoding="utf-8")
        message = describe_failure(ended.returncode, ended.printed)
        return f"{message} (all it printed: {self._workdir / LOG_FILE})" if message else ""

    def interrupt(self) -> None:
        """Tell the workers to stop their runs."""
        self._stop.set()

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the worker's answer."""
        deadline = time.monotonic() + seconds
        while not self._future.done() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self._future.cancel()
        (self._workdir / _MARK).unlink(missing_ok=True)


def run_on_worker(words: Sequence[str], workdir: str, stop: str) -> Ended:
    """Train a run in a process of its own, which ends with the worker.

    Args:
        words: what Python is told.
        workdir: the run's folder where the command was given.
        stop: name of the event that ends the run, and content of the mark in a shared folder.
    """
    distributed = require_module("distributed")
    event, n_threads = distributed.Event(stop), distributed.get_worker().state.nthreads
    shared = _is_shared(workdir, stop)
    with tempfile.TemporaryDirectory(prefix="sps-run-") as own:
        folder = Path(workdir if shared else own)
        words = [f"--workdir={folder}" if w.startswith("--workdir=") else w for w in words]
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            returncode, printed = _train(words, folder / LOG_FILE, event, n_threads)
            if not returncode or _BUSY not in printed or time.monotonic() > deadline:
                return Ended(returncode, printed, None if shared else _pack(folder))
            time.sleep(1)


def _mark(run: PlannedRun, token: str) -> Path:
    """Make the folder of a run, by whose mark a worker tells whether it sees the same one."""
    workdir = run.workdir.expanduser().absolute()
    make_folder(workdir)
    (workdir / _MARK).write_text(token)
    return workdir


def _is_shared(workdir: str | Path, token: str) -> bool:
    try:
        return Path(workdir, _MARK).read_text() == token
    except OSError:
        return False


def _train(
    words: Sequence[str], log_file: Path, event: "distributed.Event", n_threads: int
) -> tuple[int, str]:
    """Train, and stop as Ctrl-C would where the event asks for it; return status and output."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    limits = dict.fromkeys(THREAD_LIMITS, str(n_threads))
    environment = {**limits, **os.environ, PARENT_VARIABLE: str(os.getpid())}
    with (
        log_file.open("wb") as log,
        subprocess.Popen(
            [sys.executable, *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
        ) as process,
    ):
        while process.poll() is None:
            if event.is_set():
                _end(process)
            time.sleep(_POLL_SECONDS)
    printed = log_file.read_text(encoding="utf-8", errors="replace")
    return process.returncode, printed[-_TAIL_CHARACTERS:]


def _end(process: subprocess.Popen) -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _pack(folder: Path) -> bytes:
    """Return a folder as a tar archive; what was half written is left out."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.add(path, path.relative_to(folder))
    return packed.getvalue()
