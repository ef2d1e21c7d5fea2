"""The frames of Figure 7's grid, rendered once for a data set and kept beside it."""

import contextlib
import functools
import hashlib
import inspect
import zipfile
import zlib
from pathlib import Path

import numpy as np

from pipelines.making.ball import background, camera, render_frames, renderer
from sps_tf import files
from sps_tf.figures import BALL_GRID

_GREEN = (0.05, 0.9, 0.05)
# Hidden, so that it does not count among the examples where the pipeline compares data sets.
GRID_FILE = ".coordinate_grid.npz"
# What reading a file raises that is cut short or changed.
_DAMAGED = (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error)


def ball_grid(folder: Path) -> np.ndarray:
    """Return a green ball at each point of `BALL_GRID`.

    The first use renders them and keeps them in `GRID_FILE`: the renderer takes several seconds
    to load. A file that is damaged, or of another renderer or grid, is replaced.

    Args:
        folder: that of the data set; where it cannot be written, nothing is kept.

    Returns:
        (point, 1, 32, 32, 3) uint8.
    """
    path = folder / GRID_FILE
    frames = _read(path)
    if frames is None:
        frames = _render()
        # Somebody else's folder, or a full disk: the next run renders again.
        with contextlib.suppress(OSError):
            files.write_atomically(path, lambda temporary: _write(temporary, frames))
    return frames


def _read(path: Path) -> np.ndarray | None:
    """Return the frames kept, or None where they are missing, damaged or of another version."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return kept["frames"] if kept["version"] == _version() else None
    except _DAMAGED:
        return None


def _write(path: Path, frames: np.ndarray) -> None:
    np.savez_compressed(path, frames=frames, version=_version())


@functools.cache
def _version() -> str:
    """Return a digest of the places, the colour, and the source that draws them."""
    digest = hashlib.sha256(BALL_GRID.points().tobytes() + repr(_GREEN).encode())
    for module in (background, camera, renderer):
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()


@functools.cache
def _render() -> np.ndarray:
    positions_m = BALL_GRID.points()
    frames = render_frames(positions_m, np.tile(_GREEN, (len(positions_m), 1)))
    return np.round(255 * np.asarray(frames)).astype(np.uint8)[:, None]
