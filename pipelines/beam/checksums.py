"""Checksums of a data set beside its files: a flipped bit is found before it is used."""

import hashlib
import json
from pathlib import Path

from sps_tf.files import write_json

CHECKSUMS_FILE = "checksums.json"


def write_checksums(folder: Path) -> None:
    """Write down the SHA-256 digest of every file in a folder, hidden ones apart.

    Args:
        folder: that of a data set's version.
    """
    write_json(folder / CHECKSUMS_FILE, {path.name: _digest(path) for path in _files(folder)})


def find_damaged(folder: Path) -> list[str]:
    """Return the names of files that are missing or not as they were written.

    Args:
        folder: that of a data set's version. Where it has no checksums, nothing can be said.

    Returns:
        Names, sorted; that of the checksums where these cannot be read.
    """
    path = folder / CHECKSUMS_FILE
    if not path.is_file():
        return []
    try:
        expected = dict(json.loads(path.read_text(encoding="utf-8")))
        held = {file.name: _digest(file) for file in _files(folder) if file.name in expected}
    except (OSError, ValueError, TypeError):
        return [CHECKSUMS_FILE]
    return sorted(name for name, digest in expected.items() if held.get(name) != digest)


def _files(folder: Path) -> list[Path]:
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    return [path for path in paths if not path.name.startswith(".") and path.name != CHECKSUMS_FILE]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
