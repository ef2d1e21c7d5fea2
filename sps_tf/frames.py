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


def pixelwise_median(frames: np.ndarray, most: int = 4096) -> np.ndarray:
    """Return the median frame: what the picture shows where nothing moves.

    Args:
        frames: (n, time, height, width, channels), see `to_unit`.
        most: at most this many frames, evenly spaced, are looked at, to bound memory.
            Default 4096.

    Returns:
        (height, width, channels) float32 in [0, 1].
    """
    flat = frames.reshape(-1, *frames.shape[2:])
    stride = -(-len(flat) // most)
    return np.median(to_unit(flat[::stride]), axis=0)
