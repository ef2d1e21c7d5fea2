"""The ball at each point of a grid of true positions, as a model encodes it (Figure 7)."""

import functools
from typing import TYPE_CHECKING

import numpy as np

from sps_tf import figures
from sps_tf.evaluation.outputs import encode_split, free_latents

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

# One metre apart; the camera of the ball video sees every one of these balls.
BALL_GRID = figures.CoordinateGrid(("x", "y", "z"), (range(-2, 3), range(4), range(1, 8)))
_GREEN = (0.05, 0.9, 0.05)


def has_grid(model: "keras.Model", config: "ConfigDict") -> bool:
    """Tell whether a model has learnt from the ball, in two content latents or more."""
    return config.dataset == "sps_ball" and len(model.layout.content) >= 2


def encode_grid(model: "keras.Model", config: "ConfigDict") -> np.ndarray:
    """Encode the ball at each of `BALL_GRID.points()`.

    Args:
        model: SPS, or a baseline.
        config: The run's config.

    Returns:
        (point, 2) float32: the two latents that are not free, as Figure 7 has them.
    """
    return encode_split(model, grid_frames(), config)[:, 0, model.layout.indices(plane_of(model))]


def plane_of(model: "keras.Model") -> list[str]:
    """Name the two content latents that span the grid's picture.

    Args:
        model: SPS, or a baseline.

    Returns:
        Those that are not free; the first and the last where the group leaves not just one free.
    """
    content = model.layout.content
    plane = [name for name in content if name not in free_latents(model)]
    return plane if len(plane) == 2 else [content[0], content[-1]]


@functools.cache
def grid_frames() -> np.ndarray:
    """Render the ball at each point of the grid, once in a process: (n, 1, 32, 32, 3) uint8."""
    from pipelines.making.ball import render_frames

    positions_m = BALL_GRID.points()
    frames = render_frames(positions_m, np.tile(_GREEN, (len(positions_m), 1)))
    return np.round(255 * np.asarray(frames)).astype(np.uint8)[:, None]
