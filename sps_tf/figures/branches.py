"""The model's three branches beside the truth (Figure 2), frame by frame."""

from collections.abc import Mapping

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.image_table import draw_image_table


def draw_branches(
    frames: np.ndarray, branches: Mapping[str, np.ndarray], n_given: int, title: str
) -> np.ndarray:
    """Draw a few sequences: the true frames, and below them what each branch makes of them.

    Args:
        frames: (n, time, height, width, channels) in [0, 1], the truth; n of a few.
        branches: Name of a branch to its frames, (n, time or time - 1, height, width, channels).
            A branch of time - 1 frames predicts frames 2..T; its first place stays white.
        n_given: The predicting branches see so many frames; those are marked with a star.
            0 marks none.
        title: Above the picture.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: A branch whose shape does not fit the frames.
    """
    rows = [frames, *(_align(name, values, frames) for name, values in branches.items())]
    # Interleave, so that a sequence's rows stand together.
    images = np.stack(rows, axis=1).reshape(-1, *frames.shape[1:])
    row_names = [name for _ in frames for name in ("truth", *branches)]
    columns = [f"{t}*" if t <= n_given else str(t) for t in range(1, frames.shape[1] + 1)]
    column_axis = "frame (* given to the prior)" if n_given else "frame"
    return draw_image_table(images, row_names, columns, title, column_axis, len(rows))


def _align(name: str, values: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Put a white image in front of a branch that has no first frame."""
    n, time, *image = frames.shape
    if values.shape == (n, time - 1, *image):
        values = np.concatenate([np.full((n, 1, *image), np.nan, np.float32), values], axis=1)
    if values.shape != frames.shape:
        raise UserError(
            f"branch {name!r} must have the shape of the frames, {frames.shape}, or one frame "
            f"less. Received: shape {values.shape}"
        )
    return values
