"""The range of frames: what is stored compactly and what a model reads."""

import numpy as np


def to_unit(frames: np.ndarray) -> np.ndarray:
    """Return frames as a model reads them.

    Args:
        frames: uint8 in 0..255, or of a float type in [0, 1]; any shape.

    Returns:
        float32 in [0, 1], of the same shape.
    """
    if frames.dtype == np.uint8:
        return frames.astype(np.float32) / 255
    return frames.astype(np.float32)
