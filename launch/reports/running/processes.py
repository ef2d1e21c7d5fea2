"""Training runs, each in a process of its own, with one bar for all of them."""

import contextlib
import functools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from launch.reports.engine.plan import PlannedRun
from launch.reports.running.bar import Bar
from launch.reports.running.started import RunningRun, Start, data_of
from launch.signals import PARENT_VARIABLE
from sps_tf.errors import UserError

# What a process prints, in the folder of its run.
LOG_FILE = "train.log"

_POLL_SECONDS = 0.5
_STOP_SECONDS = 30.0
_TAIL_BYTES = 1 << 16
_USER_ERROR_STATUS = 2  # of `launch.cli`
THREAD_LIMITS = (
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)


_SHARED_GPU = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}

# Trains runs, so many at once, on the data sets of a folder, and tells of each that ended.
Train = Callable[
    [Sequence[PlannedRun], int, str | None, Callable[[PlannedRun], None]], dict[Path, str]
]


def train_runs(
    runs: Sequence[PlannedRun],
    n_processes: int,
    data_dir: str | None = None,
    on_end: Callable[[PlannedRun], None] = lambda run: None,
    start: Start | None = None,
) -> dict[Path, str]:
    """Train runs by `python -m launch.train`, and show how far all of them are.

    Nothing is shared but the data: the first run on some data goes alone among those on them
    until it has loaded them, since they may have to be made. A run that fails leaves the others
    alone. However this function is left, Ctrl-C included, it has ended every process that it
    started.

    Args:
        runs: the runs, begun in this order.
        n_processes: how many go side by side, each with its part of the cores.
        data_dir: folder of the data sets. Default None: TFDS's own default.
        on_end: called with each run that has ended. Default: nothing.
        start: begins a run. Default None: as a process of this machine.

    Returns:
        What went wrong, in a line, by the folder of the run; runs that ended well are absent.

    Raises:
        UserError: if a process cannot be started.
    """
    waiting, running, problems, prepared = list(runs), [], {}, set()
    environment = process_environment(n_processes)
    start = start or functools.partial(Process, environment=environment)
    names = name_apart(runs)
    with contextlib.closing(Bar([run.config.steps for run in runs])) as bar:
        try:
            while waiting or running:
                prepared |= {process.data for process in running if process.has_data()}
                being_made = {process.data for process in running} - prepared
                ready = [run for run in waiting if data_of(run) not in being_made]
                if ready and len(running) < n_processes:
                    waiting.remove(ready[0])
                    running.append(start(ready[0], data_dir))
                    continue
                bar.show({names[process.run.workdir]: process.progress() for process in running})
                time.sleep(_POLL_SECONDS)
                for process in [process for process in running if process.has_ended()]:
                    running.remove(process)
                    problem = process.problem()
                    problems |= {process.run.workdir: problem} if problem else {}
                    bar.end(names[process.run.workdir], process.run.config.steps, problem)
                    on_end(process.run)
        finally:
            _stop(running)
    return problems


def name_apart(runs: Sequence[PlannedRun]) -> dict[Path, str]:
    """Name runs by folder, with their data set where those are of several."""
    kinds = {run.config.dataset for run in runs}
    return {
        run.workdir: run.name if len(kinds) == 1 else f"{run.config.dataset} {run.name}"
        for run in runs
    }


def process_environment(n_processes: int) -> dict[str, str]:
    """Return the environment of each process: its part of the cores, where several share them.

    Args:
        n_processes: how many go side by side.

    Returns:
        This process's environment. For more than one also limits on the threads of TensorFlow,
        OpenMP and OpenBLAS, and TensorFlow and JAX share a GPU's memory; what is set already
        stays.
    """
    if n_processes == 1:
        return dict(os.environ)
    n_threads = max(1, (os.cpu_count() or 1) // n_processes)
    limits = dict.fromkeys(THREAD_LIMITS, str(n_threads))
    return {**limits, **_SHARED_GPU, **os.environ}


class Process(RunningRun):
    """One `python -m launch.train` on this machine; `environment` is its environment."""

    def __init__(self, run: PlannedRun, data_dir: str | None, environment: dict[str, str]) -> None:
        super().__init__(run)
        make_folder(self._folder.workdir)
        self._log = self._folder.workdir / LOG_FILE
        try:
            with self._log.open("wb") as log:
                # A group of its own: Ctrl-C reaches it once, by `interrupt`.
                self._process = subprocess.Popen(
                    [sys.executable, *train_words(run, data_dir)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**environment, PARENT_VARIABLE: str(os.getpid())},
                    process_group=0,
                )
        except OSError as error:
            raise UserError(f"{run.name} could not be started: {error}.") from error

    def has_ended(self) -> bool:
        """Say whether the process has ended."""
        return self._process.poll() is not None

    def problem(self) -> str:
        """Say why the ended process failed; an empty string where it did not."""
        message = describe_failure(self._process.returncode, self._read_log())
        return f"{message} (all it printed: {self._log})" if message else ""

    def interrupt(self) -> None:
        """Do as Ctrl-C would, also to the processes that make data for it."""
        self._signal(signal.SIGINT)

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the end of the process, and kill it where that takes longer."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)  # checkpoints are written in one move: none is lost
            self._process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _read_log(self) -> str:
        with self._log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
            return log.read().decode(errors="replace")


def describe_failure(returncode: int, printed: str) -> str:
    """Say in a line why a process failed.

    Args:
        returncode: as `subprocess` gives it.
        printed: the last of what the process printed.

    Returns:
        The line; empty where the process did not fail.
    """
    if returncode == 0:
        return ""
    if returncode < 0:
        name = signal.Signals(-returncode).name
        memory = "; the system may be out of memory" if name == "SIGKILL" else ""
        return f"ended by the signal {name}{memory}"
    # Progress bars return to the beginning of their line.
    lines = [line.strip() for line in re.split(r"[\r\n]+", printed) if line.strip()]
    if returncode == _USER_ERROR_STATUS:
        # It may stand behind a bar that was not closed.
        lines = [line.partition("error: ")[2] for line in lines if "error: " in line] or lines
    return lines[-1] if lines else f"ended with status {returncode}"


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; an existing one stays as it is.

    Args:
        folder: the folder.

    Raises:
        UserError: if it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be made: {error.strerror}. Name another with --runs."
        ) from error


def train_words(run: PlannedRun, data_dir: str | None) -> list[str]:
    """Return what Python is told to train a run: `-m launch.train` and its flags."""
    folders = {"workdir": run.workdir, **({"data_dir": data_dir} if data_dir else {})}
    flags = [f"--{name}={value}" for name, value in {**run.flags, **folders}.items()]
    return ["-m", "launch.train", *flags]


def _stop(processes: list[RunningRun]) -> None:
    """Interrupt processes all at once, so that they end together, then wait for each."""
    for process in processes:
        process.interrupt()
    for process in processes:
        process.wait_or_kill(_STOP_SECONDS)
