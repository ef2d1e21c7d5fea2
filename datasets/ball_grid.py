"""The frames of Figure 7's grid, rendered once for a data set and kept beside it."""

import functools
from pathlib import Path

import numpy as np

from datasets.kept_frames import digest, keep_frames
from pipelines.making.ball import background, camera, render_frames, renderer
from sps_tf.figures import BALL_GRID

_GREEN = (0.05, 0.9, 0.05)
GRID_FILE = ".coordinate_grid.npz"


def ball_grid(folder: Path) -> np.ndarray:
    """Return a green ball at each point of `BALL_GRID`.

    Args:
        folder: that of the data set, see `keep_frames`.

    Returns:
        (point, 1, 32, 32, 3) uint8.
    """
    path = folder / GRID_FILE
    return keep_frames(path, _version(), lambda: {"frames": _render()})["frames"]


@functools.cache
def _version() -> str:
    """Return a digest of the places, the colour, and the source that draws them."""
    values = BALL_GRID.points().tobytes() + repr(_GREEN).encode()
    return digest(values, (background, camera, renderer))


@functools.cache
def _render() -> np.ndarray:
    positions_m = BALL_GRID.points()
    frames = render_frames(positions_m, np.tile(_GREEN, (len(positions_m), 1)))
    return np.round(255 * np.asarray(frames)).astype(np.uint8)[:, None]
