"""Kill a program again and again at random moments of its work.

    python -m tests.trials.killing '{"text": "...", "argv": ["..."], "n_kills": 9, "seed": 0}'

What the program imports is imported once; each start is a fork of what has it, so that a kill does
not cost the seconds in which TensorFlow loads. "{name}" in the arguments is the name of the folder:
"whole" and "again" of what is never killed, then "killed0"; "killed1" once that has come to its
end, and so on.
"""

import contextlib
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.fakes import REPOSITORY
from tests.trials import tally


def kill_again_and_again(text: str, argv: list[str], n_kills: int, seed: int) -> list[str]:
    """Run a Python program, kill it in the middle, and in the end let it finish.

    Args:
        text: the program.
        argv: its `sys.argv`.
        n_kills: how often it is killed.
        seed: of the moments, which lie anywhere within the time that it takes undisturbed.

    Returns:
        The names of the folders, all finished; the first is "whole".
    """
    settings = json.dumps({"text": text, "argv": argv, "n_kills": n_kills, "seed": seed})
    done = subprocess.run(
        [sys.executable, "-m", "tests.trials.killing", settings],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tally.add("kills", n_kills)
    return json.loads(done.stdout)


def _start(text: str, argv: list[str], name: str, imported: Path | None = None) -> int:
    """Run the program in a process of its own, and a group of its own; return its number.

    Where `imported` is given, the names of all modules are written there in the end.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.setpgid(pid, pid)  # it has one, whoever comes first
        return pid
    code = 1
    try:
        os.setpgrp()
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.argv = [part.replace("{name}", name) for part in argv]
        exec(text, {"__name__": "__main__"})
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        if imported is not None:
            imported.write_text(" ".join(sys.modules))
        os._exit(code)


def _ends_within(pid: int, secs: float) -> bool:
    """Wait for a process; tell whether it has ended, which must be without an error."""
    deadline = time.monotonic() + secs
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 0, status
            return True
        time.sleep(0.005)
    return False


def _finish(text: str, argv: list[str], name: str, imported: Path | None = None) -> float:
    """Run the program to its end; return how long it took."""
    started = time.monotonic()
    assert _ends_within(_start(text, argv, name, imported), 900), f"{name} takes too long"
    return time.monotonic() - started


def _import_all(names: list[str]) -> None:
    """Import modules; those that cannot be imported by their names alone are left out."""
    for name in names:
        with contextlib.suppress(Exception), contextlib.redirect_stdout(sys.stderr):
            importlib.import_module(name)


def main(text: str, argv: list[str], n_kills: int, seed: int) -> None:
    """Do what `kill_again_and_again` asks for; print the names."""
    with tempfile.TemporaryDirectory() as folder:
        imported = Path(folder, "imported")
        _finish(text, argv, "whole", imported)
        _import_all(imported.read_text().split())
    longest_secs = _finish(text, argv, "again")
    moments, names, n_killed = random.Random(seed), ["killed0"], 0
    while n_killed < n_kills:
        pid = _start(text, argv, names[-1])
        if _ends_within(pid, moments.uniform(0, longest_secs)):
            names.append(f"killed{len(names)}")
            continue
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        n_killed += 1
    for name in names:
        _finish(text, argv, name)
    print(json.dumps(["whole", "again", *names]))


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
