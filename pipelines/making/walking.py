"""Go through a user's folder: links followed, hidden files passed over, nothing opened."""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from sps_tf.errors import UserError

# What macOS and Windows put beside a user's files; names that begin with a dot are hidden anyway.
_SYSTEM_NAMES = {"__MACOSX", "Thumbs.db", "thumbs.db", "desktop.ini"}
_MAX_DEPTH = 100
Skip = Callable[[str, str], None]


def _pass_over(reason: str, name: str) -> None:
    """Tell nobody what was left out."""


def walk_files(root: Path, skip: Skip = _pass_over) -> Iterator[tuple[str, Path]]:
    """Go through all files under a folder, in the order of their names.

    Links to files and folders are followed. A folder that is reached twice, through a link in a
    circle for one, is read once. Hidden files and folders are passed over in silence.

    Args:
        root: the folder.
        skip: told the reason and the name of what is left out: `cannot_be_opened` (a pipe, a
            device, a broken link), `folder_cannot_be_read` (or too deep),
            `folder_was_read_already`. Default: nobody is told.

    Yields:
        The name relative to the folder, with forward slashes, and the path.

    Raises:
        UserError: if the folder itself cannot be read.
    """
    try:
        seen, names = {_identity(root.stat())}, _list(root)
    except OSError as error:
        raise UserError(f"The folder {root} cannot be read: {error.strerror}") from error
    yield from _walk(root, names, "", seen, skip)


def is_hidden(name: str) -> bool:
    """Tell whether a file's own name, without its folders, is one that users do not see."""
    return name.startswith(".") or name in _SYSTEM_NAMES


def normal_name(name: str) -> str:
    """Return a name in the form (NFC) in which names from all systems compare equal."""
    return unicodedata.normalize("NFC", name)


def printable(name: str) -> str:
    """Return a file's name as text, also where its bytes are none."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _walk(
    place: Path, names: list[str], prefix: str, seen: set[tuple[int, int]], skip: Skip
) -> Iterator[tuple[str, Path]]:
    for name in names:
        path, relative = place / name, f"{prefix}{name}"
        try:
            status = path.stat()
        except OSError:  # a broken link, or one that points at itself
            skip("cannot_be_opened", printable(relative))
            continue
        if stat.S_ISREG(status.st_mode):
            yield relative, path
        elif not stat.S_ISDIR(status.st_mode):
            skip("cannot_be_opened", printable(relative))
        elif _identity(status) in seen:
            skip("folder_was_read_already", printable(relative))
        else:
            seen.add(_identity(status))
            try:
                inner = _list(path)
            except OSError:
                inner = None
            if inner is None or relative.count("/") >= _MAX_DEPTH:
                skip("folder_cannot_be_read", printable(relative))
            else:
                yield from _walk(path, inner, f"{relative}/", seen, skip)


def _list(folder: Path) -> list[str]:
    names = [name for name in os.listdir(folder) if not is_hidden(name)]
    return sorted(names, key=lambda name: (normal_name(name), name))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
