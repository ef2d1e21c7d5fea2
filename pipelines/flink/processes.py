"""The processes of a local Flink: how they are started, awaited and stopped."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from launch.files import write_bytes, write_json
from sps_tf.errors import UserError

_START_SECS = 120
_STOP_SECS = 10
_ANSWER_SECS = 5
_JOB_MANAGER = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
_TASK_MANAGER = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
# Flink looks into classes that Java has kept to itself since version 16.
_OPEN_PACKAGES = (
    "lang lang.reflect io net nio text time util util.concurrent util.concurrent.atomic "
    "util.concurrent.locks"
)
_LOG_SETTINGS = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %-5p %c{1} %m%n
"""


def flink_settings(port: int, rpc_port: int) -> dict[str, object]:
    """Return Flink's settings, for everything on this machine and one slot a TaskManager.

    Args:
        port: port of the JobManager's web page, where jobs are handed in.
        rpc_port: port on which TaskManagers find it.

    Returns:
        The content of Flink's `config.yaml`.
    """
    return {
        "jobmanager.rpc.address": "localhost",
        "jobmanager.rpc.port": rpc_port,
        "jobmanager.bind-host": "localhost",
        "jobmanager.memory.process.size": "1024m",
        "rest.address": "localhost",
        "rest.bind-address": "localhost",
        "rest.port": port,
        "taskmanager.host": "localhost",
        "taskmanager.bind-host": "localhost",
        # Two slots of one TaskManager would share one Python process.
        "taskmanager.numberOfTaskSlots": 1,
        # Flink's own scripts work these out; started without them, it wants to be told.
        "taskmanager.cpu.cores": 1.0,
        "taskmanager.memory.task.heap.size": "256m",
        "taskmanager.memory.task.off-heap.size": "64m",
        "taskmanager.memory.framework.heap.size": "128m",
        "taskmanager.memory.framework.off-heap.size": "128m",
        "taskmanager.memory.network.min": "64m",
        "taskmanager.memory.network.max": "64m",
        "taskmanager.memory.managed.size": "128m",
        "taskmanager.memory.jvm-metaspace.size": "256m",
        "taskmanager.memory.jvm-overhead.min": "128m",
        "taskmanager.memory.jvm-overhead.max": "128m",
        # Work lost with a worker is done again.
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": 10,
        "restart-strategy.fixed-delay.delay": "1 s",
    }


class Cluster:
    """A local Flink with Beam's Python workers.

    Args:
        folder: folder of settings, logs and the list of processes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._list = folder / "processes.json"

    def start(self, flink_jars: Path, port: int, n_slots: int) -> int:
        """Start all processes and wait until they answer.

        Args:
            flink_jars: folder of Flink's jars.
            port: port of the JobManager's web page.
            n_slots: number of TaskManagers, each with one slot.

        Returns:
            The port of the pool of Python workers.

        Raises:
            UserError: if it runs already, a port is taken, or a process does not come up. None
                is left running then.
        """
        if any(self.status().values()):
            raise UserError(f"It runs already; `stop` ends it. Received: {self.folder}")
        if _is_open(port):
            raise UserError(f"Port {port} is taken; choose another with --port=<number>.")
        self.folder.mkdir(parents=True, exist_ok=True)
        worker_port = _free_port()
        settings = flink_settings(port, _free_port())
        lines = "".join(f"{key}: {value}\n" for key, value in settings.items())
        write_bytes(self.folder / "config.yaml", lines.encode())
        write_bytes(self.folder / "log4j.properties", _LOG_SETTINGS.encode())
        commands = {
            "jobmanager": self._java(flink_jars, _JOB_MANAGER, 512),
            "workers": [
                *(sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main"),
                f"--service_port={worker_port}",
            ],
        }
        for number in range(1, n_slots + 1):
            commands[f"taskmanager_{number}"] = self._java(flink_jars, _TASK_MANAGER, 384)
        try:
            self._launch(commands)
            self._await(lambda: _is_open(worker_port) and _slots(port) >= n_slots)
        except BaseException:
            self.stop()
            raise
        return worker_port

    def stop(self) -> int:
        """End all processes, and those that they started.

        Returns:
            How many there were.
        """
        alive = [process for process in map(_find, self._read().values()) if process]
        for process in list(alive):
            with contextlib.suppress(psutil.NoSuchProcess):
                alive += process.children(recursive=True)
        for ask in (psutil.Process.terminate, psutil.Process.kill):
            for process in alive:
                with contextlib.suppress(psutil.NoSuchProcess):
                    ask(process)
            if not psutil.wait_procs(alive, timeout=_STOP_SECS)[1]:
                break
        self._list.unlink(missing_ok=True)
        return len(alive)

    def status(self) -> dict[str, bool]:
        """Return for each process that was started whether it runs."""
        return {name: _find(entry) is not None for name, entry in self._read().items()}

    def _java(self, flink_jars: Path, main_class: str, heap_mib: int) -> list[str]:
        opens = [f"--add-opens=java.base/java.{p}=ALL-UNNAMED" for p in _OPEN_PACKAGES.split()]
        return [
            *("java", f"-Xmx{heap_mib}m", *opens),
            f"-Dlog4j.configurationFile={self.folder / 'log4j.properties'}",
            *("-cp", f"{flink_jars}/*", main_class, "--configDir", str(self.folder)),
        ]

    def _launch(self, commands: Mapping[str, Sequence[str]]) -> None:
        # The pool starts its workers as `python`: it must be the one with the packages.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        entries = {}
        for name, command in commands.items():
            with open(self._log(name), "wb") as log:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "PATH": path},
                    start_new_session=True,  # Ctrl-C in the terminal is not for them
                )
            entries[name] = [process.pid, psutil.Process(process.pid).create_time()]
            write_json(self._list, entries)

    def _await(self, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECS
        while not is_ready():
            ended = [name for name, runs in self.status().items() if not runs]
            if ended or time.monotonic() > deadline:
                name = ended[0] if ended else "jobmanager"
                lines = self._log(name).read_text(errors="replace").split("\n")
                last = [line.strip() for line in lines if line.strip()][-1:]
                raise UserError(
                    f"{name} {'ended at once' if ended else 'does not answer'}; its log is "
                    f"{self._log(name)}. Received: {''.join(last) or 'nothing'}"
                )
            time.sleep(0.5)

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _read(self) -> dict[str, list[float]]:
        try:
            return json.loads(self._list.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}


def _find(entry: Sequence[float]) -> psutil.Process | None:
    """Return the process that was started, and no other that has got its number since."""
    pid, create_time = entry
    try:
        process = psutil.Process(int(pid))
        is_ours = process.create_time() == create_time
        return process if is_ours and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _is_open(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("localhost", port)) == 0


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("localhost", 0))
        return server.getsockname()[1]


def _slots(port: int) -> int:
    """Return how many slots the TaskManagers have offered, 0 where nobody answers yet."""
    address = f"http://localhost:{port}/overview"
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_SECS) as answer:
            return json.load(answer)["slots-total"]
    except (OSError, ValueError, KeyError):
        return 0
