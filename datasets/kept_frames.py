"""Frames that are rendered once for a data set, and kept beside it."""

import contextlib
import hashlib
import inspect
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType

import numpy as np

from sps_tf import files

# What reading a file raises that is cut short or changed.
_DAMAGED = (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error)
_VERSION = "version"


def keep_frames(
    path: Path, version: str, render: Callable[[], Mapping[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return frames that a file keeps; it is made, or replaced, where it does not hold them.

    The renderer takes several seconds to load.

    Args:
        path: the file, `.npz`; where it cannot be written, nothing is kept. Hidden (its name
            begins with a dot), it does not count among the examples where data sets are compared.
        version: what the frames depend on, see `digest`; a file of another one is replaced.
        render: makes the frames, arrays by name.

    Returns:
        The frames.
    """
    frames = _read(path, version)
    if frames is None:
        frames = dict(render())
        # Somebody else's folder, or a full disk: the next run renders again.
        with contextlib.suppress(OSError):
            files.write_atomically(path, lambda temporary: _write(temporary, frames, version))
    return frames


def digest(values: bytes, modules: Iterable[ModuleType]) -> str:
    """Return a digest of values, and of the source of the modules that draw them."""
    digest = hashlib.sha256(values)
    for module in modules:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()


def _read(path: Path, version: str) -> dict[str, np.ndarray] | None:
    """Return the frames kept, or None where they are missing, damaged or of another version."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            if kept[_VERSION] != version:
                return None
            return {name: kept[name] for name in kept.files if name != _VERSION}
    except _DAMAGED:
        return None


def _write(path: Path, frames: Mapping[str, np.ndarray], version: str) -> None:
    np.savez_compressed(path, **frames, **{_VERSION: version})
