"""The range of frames: what is stored compactly and what a model reads."""

from collections.abc import Callable

import keras
import numpy as np

from sps_tf.errors import UserError


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


def to_unit_tensor(frames: keras.KerasTensor) -> keras.KerasTensor:
    """Do as `to_unit` inside a model, so that stored bytes, a fourth of floats, go to the device.

    Args:
        frames: uint8 in 0..255, or of a float type in [0, 1]; any shape.

    Returns:
        float32 in [0, 1], of the same shape.
    """
    unit = 1 / 255 if keras.backend.standardize_dtype(frames.dtype) == "uint8" else 1.0
    return keras.ops.cast(frames, "float32") * unit


def check_range(frames: np.ndarray, where: str) -> None:
    """Check that frames are stored as `to_unit` takes them.

    Args:
        frames: any shape.
        where: what the frames are, for the message.

    Raises:
        UserError: if the type is neither uint8 nor float, or a value lies outside [0, 1].
    """
    if frames.dtype == np.uint8:
        return
    if not np.issubdtype(frames.dtype, np.floating):
        raise UserError(
            f"{where} must be uint8, or floats in [0, 1]. Received dtype: {frames.dtype}"
        )
    low, high = float(frames.min()), float(frames.max())
    if not (low >= 0.0 and high <= 1.0):  # also false for NaN
        raise UserError(
            f"{where} must lie in [0, 1]. Received values from {low:g} to {high:g}; divide "
            "frames of 0 to 255 by 255, or give them as uint8."
        )


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


def in_batches(
    function: Callable[[np.ndarray], keras.KerasTensor], frames: np.ndarray, batch_size: int = 32
) -> np.ndarray:
    """Return a function of all sequences, of which few go through at a time, to bound memory.

    Args:
        function: maps frames (batch, time, height, width, channels), see `to_unit`, to a tensor
            (batch, ...).
        frames: (n, time, height, width, channels), uint8 or floats in [0, 1].
        batch_size: sequences that go through at a time, at least 1. Default 32.

    Returns:
        (n, ...) float32.
    """
    parts = [
        keras.ops.convert_to_numpy(function(to_unit(frames[start : start + batch_size])))
        for start in range(0, len(frames), batch_size)
    ]
    return np.concatenate(parts).astype(np.float32, copy=False)
