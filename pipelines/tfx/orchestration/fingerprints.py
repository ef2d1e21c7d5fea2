"""Digests of folders and settings, which decide whether a component runs again."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_READ_AT_ONCE = 1 << 20


def digest_values(values: Mapping[str, Any]) -> str:
    """Return the digest of plain JSON values; the order of keys does not matter.

    Args:
        values: anything JSON can hold.

    Returns:
        64 hexadecimal digits.
    """
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_path(path: Path) -> str:
    """Return the digest of a file's bytes, or of all names and bytes in a folder.

    Args:
        path: a file or a folder.

    Returns:
        64 hexadecimal digits. Dates, owners, hidden files and Python's caches do not count.
    """
    total = hashlib.sha256()
    for file in list_files(path):
        total.update(f"{file.relative_to(path).as_posix()}\0".encode())
        with file.open("rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()


def list_files(path: Path) -> Iterator[Path]:
    """Yield the files that `digest_path` reads, in a fixed order."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        inner = file.relative_to(path).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inner)
        if file.is_file() and not hidden:
            yield file


def size_of(path: Path) -> int:
    """Return the bytes of all files in a folder, as `digest_path` sees it."""
    return sum(file.stat().st_size for file in list_files(path))
