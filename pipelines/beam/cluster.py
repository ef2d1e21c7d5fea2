"""A Dask cluster on this machine: a scheduler and workers that outlive the command.

Each is a session of its own, so that neither Ctrl-C nor the end of a terminal reaches it. A worker
is one process with one thread, under a nanny that starts it anew where it dies.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from sps_tf.errors import UserError
from sps_tf.files import hold, write_json

_STATE_FILE = "cluster.json"
_START_SECS = 60.0
_STOP_SECS = 10.0
_POLL_SECS = 0.1
# Pid and time of a start together name a process.
_SAME_START_SECS = 1.0
# What makes a worker one core; an accelerator is left to the training.
WORKER_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "",
    # Dask looks at the computing thread a hundred times a second, and keeps what it saw.
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


@dataclass(frozen=True)
class Member:
    """The scheduler, or a worker with its nanny.

    Attributes:
        name: "scheduler" or "worker-<number>".
        pid: of the process that leads the session.
        started: when that process was started, seconds since 1970.
    """

    name: str
    pid: int
    started: float

    def processes(self) -> list[psutil.Process]:
        """Return the living processes of the session; those of another one with this pid are not.

        The system gives a pid to nobody else while a process is left in the session of that name.
        """
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(OSError, psutil.Error):
                if os.getsid(process.pid) == self.pid and process.status() != "zombie":
                    found.append(process)
        with contextlib.suppress(psutil.Error):
            if abs(psutil.Process(self.pid).create_time() - self.started) > _SAME_START_SECS:
                return []
        return found

    def runs(self) -> bool:
        """Tell whether the process that leads the session is alive."""
        return any(process.pid == self.pid for process in self.processes())


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers.

    Attributes:
        address: of the scheduler, such as "tcp://127.0.0.1:8786".
        members: the scheduler first.
    """

    address: str
    members: tuple[Member, ...]


def start(folder: Path, n_workers: int, host: str = "127.0.0.1", port: int = 0) -> Cluster:
    """Start a scheduler and workers, and wait until the workers have joined.

    Args:
        folder: where pids and logs are kept, made where it is missing.
        n_workers: at least 1.
        host: the address to listen at. Whoever reaches it can run code here. Default: this
            machine alone.
        port: of the scheduler. Default 0: any that is free.

    Returns:
        The cluster.

    Raises:
        UserError: if one is running from this folder, or it cannot be started.
    """
    with hold(folder / ".lock"):
        known = read(folder)
        if known is not None and any(member.processes() for member in known.members):
            raise UserError(
                "A cluster is running already; stop it first, or name another --cluster_dir. "
                f"Received: {folder} ({known.address})"
            )
        members: list[Member] = []
        try:
            cluster = _start(folder, members, n_workers, host, port)
        except BaseException:
            _end(members)
            raise
        write_json(folder / _STATE_FILE, asdict(cluster))
    return cluster


def read(folder: Path) -> Cluster | None:
    """Return the cluster that was last started from a folder and not stopped, None: there is none.

    Args:
        folder: as for `start`.

    Returns:
        The cluster, alive or not.

    Raises:
        UserError: if the file of pids is damaged.
    """
    path = folder / _STATE_FILE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Cluster(told["address"], tuple(Member(**member) for member in told["members"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            "The cluster's file of pids is damaged. End its processes by hand, and delete it. "
            f"Received: {path}"
        ) from error


def stop(folder: Path) -> Cluster | None:
    """End the cluster that was started from a folder.

    Args:
        folder: as for `start`.

    Returns:
        The cluster, None where there was none.
    """
    if not folder.is_dir():
        return None
    with hold(folder / ".lock"):
        cluster = read(folder)
        if cluster is not None:
            _end(reversed(cluster.members))
            (folder / _STATE_FILE).unlink()
    return cluster


def _start(folder: Path, members: list[Member], n_workers: int, host: str, port: int) -> Cluster:
    """Start all processes; each is in `members` once it is there."""
    # Dask writes where it listens once it does.
    found = folder / "scheduler.json"
    found.unlink(missing_ok=True)
    members.append(
        _spawn(
            folder,
            "scheduler",
            "distributed.cli.dask_scheduler",
            f"--host={host}",
            f"--port={port}",
            f"--scheduler-file={found}",
            "--no-dashboard",
        )
    )
    _wait_for(found, members[0], folder)
    address = json.loads(found.read_text(encoding="utf-8"))["address"]
    for number in range(n_workers):
        members.append(start_worker(folder, f"worker-{number}", address, f"--host={host}"))
    wait_for_workers(address, n_workers, folder)
    return Cluster(address, tuple(members))


def start_worker(folder: Path, name: str, address: str, *flags: str) -> Member:
    """Start a worker under a nanny.

    Args:
        folder: where its log and its scratch files go.
        name: its name.
        address: of the scheduler.
        *flags: more of Dask's own.

    Returns:
        The worker.
    """
    return _spawn(
        folder,
        name,
        "distributed.cli.dask_worker",
        address,
        f"--name={name}",
        "--nthreads=1",
        f"--local-directory={folder / 'scratch'}",
        "--no-dashboard",
        *flags,
    )


def _spawn(folder: Path, name: str, module: str, *arguments: str) -> Member:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **WORKER_ENVIRONMENT},
            start_new_session=True,
        )
    return Member(name, process.pid, psutil.Process(process.pid).create_time())


def _wait_for(path: Path, member: Member, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECS
    while not path.exists():
        if time.monotonic() > deadline or not member.runs():
            raise UserError(f"Dask's {member.name} did not start. {_last_line(folder, member)}")
        time.sleep(_POLL_SECS)


def wait_for_workers(address: str, n_workers: int, folder: Path) -> None:
    """Wait until as many workers have joined.

    Args:
        address: of the scheduler.
        n_workers: how many.
        folder: where their logs are, for the message.

    Raises:
        UserError: if they do not within a minute.
    """
    from distributed import Client

    with Client(address, timeout=_START_SECS) as client:
        try:
            client.wait_for_workers(n_workers, timeout=_START_SECS)
        except TimeoutError as error:
            raise UserError(
                f"Not all of {n_workers} workers have joined within {_START_SECS:.0f} s. Their "
                f"logs are in {folder}"
            ) from error


def _last_line(folder: Path, member: Member) -> str:
    path = folder / f"{member.name}.log"
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    told = [line.strip() for line in lines if line.strip()]
    return f"Received: {told[-1] if told else 'nothing'} ({path})"


def _end(members: Iterable[Member]) -> None:
    """End the processes of all sessions: by request, or by force where that does not help."""
    processes = [process for member in members for process in member.processes()]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
        _, processes = psutil.wait_procs(processes, timeout=_STOP_SECS)
