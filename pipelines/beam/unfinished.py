"""Folders of data sets that a killed build left unfinished: swept when the next one begins."""

import contextlib
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from sps_tf.files import hold

_LOCK_FILE = ".building"
# A build has a lock soon after it has a folder.
_YOUNG_SECS = 600


class _BusyError(Exception):
    """Another process is building there."""


@contextlib.contextmanager
def building(folder: Path) -> Iterator[None]:
    """Hold the lock of an unfinished data set while the `with` block runs.

    Args:
        folder: the folder in which TFDS lets it be written.

    Yields:
        None.
    """
    lock = folder / _LOCK_FILE
    with hold(lock):
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


@contextlib.contextmanager
def names_of_its_own() -> Iterator[None]:
    """Let TFDS name unfinished folders by chance while the `with` block runs.

    It draws the names from Python's `random`. Two runs of one seed would share a folder, and who
    finishes first would take it from the other.

    Yields:
        None. Afterwards `random` goes on where it was.
    """
    state = random.getstate()
    random.seed()
    try:
        yield
    finally:
        random.setstate(state)


def sweep_unfinished(version_folder: Path) -> list[Path]:
    """Remove unfinished copies of a data set that no living process works on.

    Args:
        version_folder: where the finished data set goes; TFDS names the others after it.

    Returns:
        The folders removed.
    """

    def refuse() -> None:
        raise _BusyError

    removed = []
    for folder in version_folder.parent.glob(f"incomplete.*_{version_folder.name}"):
        lock = folder / _LOCK_FILE
        with contextlib.suppress(_BusyError, OSError):
            if not lock.exists() and time.time() - folder.stat().st_mtime < _YOUNG_SECS:
                continue
            with hold(lock, refuse):
                shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
    return removed
