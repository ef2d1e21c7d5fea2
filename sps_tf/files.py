"""Writing files so that a reader never meets half of one, and locks between processes."""

import contextlib
import errno
import fcntl
import json
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# What the user can mend: a disk that is full, may not be written, or is damaged.
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)
# What else may be read where such an error came from another process or from TensorFlow.
_DISK_TEXTS = tuple(os.strerror(number) for number in DISK_ERRORS)
# Part of every temporary name, so that leftovers of a killed process can be told and removed.
TEMPORARY_PREFIX = ".tmp-"


def tell_disk_error(error: BaseException) -> str | None:
    """Return the line of an error that tells of a disk which cannot be written or read.

    Args:
        error: of this process, of a worker whose report is its text, or of TensorFlow.

    Returns:
        The line, None where the error is another.
    """
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if any(text in line for text in _DISK_TEXTS)]
    if told:
        return told[-1]
    is_disk = isinstance(error, OSError) and error.errno in DISK_ERRORS
    return (str(error) or type(error).__name__) if is_disk else None


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one move.

    A process killed at any moment leaves either the old file or the new one; an error leaves
    the old one and no temporary file.

    Args:
        path: the file to make or replace.
        write: called with the temporary path, which has the same suffix as `path`.

    Raises:
        OSError: if the file cannot be written, for one because the disk is full.
    """
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{uuid.uuid4().hex[:8]}-{path.name}")
    try:
        write(temporary)
        _flush_to_disk(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _flush_to_disk(path.parent)


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically, see `write_atomically`."""
    write_atomically(path, lambda temporary: temporary.write_bytes(content))


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file atomically, indented, with a newline at the end."""
    write_bytes(path, (json.dumps(content, indent=2) + "\n").encode())


def write_png(path: Path, picture: "np.ndarray") -> None:
    """Write a picture (height, width, 3) uint8 as a PNG file atomically."""
    from matplotlib.image import imsave

    write_atomically(path, lambda temporary: imsave(temporary, picture))


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files that a killed process left in a folder."""
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def hold(path: Path, busy: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock while the `with` block runs; the system frees it when the process dies.

    Some network file systems have no locks; there the block runs all the same.

    Args:
        path: the lock's file, made with its folder where it is missing.
        busy: called where another process holds the lock, before waiting for it; an error that
            it raises ends the wait. Default: nothing.

    Yields:
        None.

    Raises:
        OSError: if the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy()
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass
        yield


def _flush_to_disk(path: Path) -> None:
    """Wait until the system has written a file, or a folder's list of names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
