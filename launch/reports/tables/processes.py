"""Training the runs of a table, each in a process of its own."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from launch.reports.tables.plan import PlannedRun
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run

_POLL_SECONDS = 0.5
_STOP_SECONDS = 30.0
_TAIL_BYTES = 1 << 16
_SHOWN_CHARACTERS = 40
# Lines of TensorFlow and absl about themselves.
_LIBRARY_LINE = re.compile(r"\d{4}-\d\d-\d\d |[IWEF]\d{4} ")
# At the beginning of a line, or behind a progress bar that was not closed.
_ERROR = re.compile(r"(?:^|\] *)error: (.+)")
_BAR = re.compile(r"([^:\r\n|]+): +(\d+%)\|")
_THREAD_LIMITS = (
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
)


def train_runs(
    runs: Sequence[PlannedRun], n_processes: int, data_dir: str | None, logs: Path
) -> dict[str, str]:
    """Train runs by `python -m launch.train`, and show how far each is.

    Nothing is shared but the data set: the first run goes alone until it has loaded it, since
    it may have to be made. A run that fails leaves the others alone. However this function is
    left, Ctrl-C included, it has ended every process that it started.

    Args:
        runs: the runs, begun in this order.
        n_processes: how many go side by side, each with its part of the cores.
        data_dir: folder of the data sets. None: TFDS's own default.
        logs: folder of what each process prints; it exists.

    Returns:
        What went wrong, in a line, by the name of the run; runs that ended well are absent.

    Raises:
        UserError: if a process cannot be started.
    """
    waiting, running, problems = list(runs), [], {}
    environment = process_environment(n_processes)
    data_are_there = False
    with _make_bar(len(waiting)) as bar:
        try:
            while waiting or running:
                while waiting and len(running) < (n_processes if data_are_there else 1):
                    running.append(_Process(waiting.pop(0), data_dir, environment, logs))
                _show(bar, running)
                time.sleep(_POLL_SECONDS)
                data_are_there = data_are_there or any(p.has_data() for p in running)
                for process in [process for process in running if process.has_ended()]:
                    running.remove(process)
                    problem = process.problem()
                    problems |= {process.run.name: problem} if problem else {}
                    bar.update()
                    bar.write(f"{process.run.name}: {problem or 'done'}", file=sys.stderr)
        finally:
            _stop(running)
    return problems


def process_environment(n_processes: int) -> dict[str, str]:
    """Return the environment of each process: its part of the cores, where several share them.

    Args:
        n_processes: how many go side by side.

    Returns:
        This process's environment. For more than one also limits on the threads of TensorFlow,
        OpenMP and OpenBLAS, and leave to share a GPU's memory; what is set already stays.
    """
    if n_processes == 1:
        return dict(os.environ)
    n_threads = max(1, (os.cpu_count() or 1) // n_processes)
    limits = dict.fromkeys(_THREAD_LIMITS, str(n_threads))
    return {**limits, "TF_FORCE_GPU_ALLOW_GROWTH": "true", **os.environ}


class _Process:
    """One `python -m launch.train`."""

    def __init__(
        self, run: PlannedRun, data_dir: str | None, environment: dict[str, str], logs: Path
    ) -> None:
        self.run = run
        self._log = logs / f"{run.row}_seed{run.seed}.log"
        self._seen = self._event_files()
        try:
            with self._log.open("wb") as log:
                # A group of its own: Ctrl-C reaches it once, by `interrupt`.
                self._process = subprocess.Popen(
                    _command(run, data_dir),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    process_group=0,
                )
        except OSError as error:
            raise UserError(f"{run.name} could not be started: {error}.") from error

    def has_data(self) -> bool:
        """Say whether the run has come as far as its steps: it then logs for TensorBoard."""
        return bool(self._event_files() - self._seen)

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def progress(self) -> str:
        """Return the last line that tells of the run, of a progress bar its beginning."""
        lines = [line for line in _lines(self._read_log()) if not _LIBRARY_LINE.match(line)]
        last = lines[-1] if lines else "starting"
        bar = _BAR.match(last)
        return " ".join(bar.groups()) if bar else last[:_SHOWN_CHARACTERS]

    def problem(self) -> str:
        """Say why the ended process failed; an empty string where it did not."""
        message = describe_failure(self._process.returncode, self._read_log())
        return f"{message} (all it printed: {self._log})" if message else ""

    def interrupt(self) -> None:
        """Do as Ctrl-C would, also to the processes that make data for it."""
        self._signal(signal.SIGINT)

    def wait_or_kill(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)  # checkpoints are written in one move: none is lost
            self._process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _event_files(self) -> set[Path]:
        return set(Run(self.run.workdir).tensorboard.glob("*"))

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
    lines = _lines(printed)
    errors = [error[1] for error in map(_ERROR.search, lines) if error]
    return (errors or lines or [f"ended with status {returncode}"])[-1]


def _lines(text: str) -> list[str]:
    """Split at line ends and at the returns of progress bars; empty lines are left out."""
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


def _command(run: PlannedRun, data_dir: str | None) -> list[str]:
    config = run.config
    settings = {
        "dataset": config.dataset,
        "method": config.method,
        "preset": config.preset,
        "seed": config.seed,
        "workdir": run.workdir,
        **({"data_dir": data_dir} if data_dir else {}),
        **{f"config.{path}": v for path, v in {**run.changes, **run.overrides}.items()},
    }
    flags = [f"--{name}={value}" for name, value in settings.items()]
    return [sys.executable, "-m", "launch.train", *flags]


def _make_bar(n_runs: int) -> tqdm:
    return tqdm(total=n_runs, desc="runs", unit="run", dynamic_ncols=sys.stderr.isatty())


def _show(bar: tqdm, running: list[_Process]) -> None:
    """Write what each process does behind the bar; in a file only when it has changed."""
    text = "; ".join(f"{process.run.name} {process.progress()}" for process in running)
    if sys.stderr.isatty() or text != bar.postfix:
        bar.set_postfix_str(text)


def _stop(processes: list[_Process]) -> None:
    """Interrupt processes all at once, so that they end together, then wait for each."""
    for process in processes:
        process.interrupt()
    for process in processes:
        process.wait_or_kill(_STOP_SECONDS)


def make_folder(folder: Path) -> None:
    """Make a folder of a table.

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
