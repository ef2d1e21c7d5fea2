"""What a trained model is given: checked before it goes through a network."""

from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.frames import check_range


def check_frames(frames: np.ndarray, frame_shape: tuple[int, int, int]) -> np.ndarray:
    """Check axes, type and range of frames.

    Args:
        frames: (batch, time, height, width, channels) or (time, height, width, channels).
        frame_shape: (height, width, channels) that the model reads.

    Returns:
        The frames, as they are.

    Raises:
        UserError: if the axes are others or empty, the type is neither uint8 nor float, or a value
            lies outside [0, 1].
    """
    frames = np.asarray(frames)
    if frames.ndim not in (4, 5) or frames.shape[-3:] != frame_shape or not frames.size:
        shape = ", ".join(map(str, frame_shape))
        raise UserError(
            f"Frames must have the axes (batch, time, {shape}) or (time, {shape}), none "
            f"empty. Received shape: {frames.shape}"
        )
    check_range(frames, "Frames")
    return frames


def check_latents(z: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Check the last axis of latents.

    Args:
        z: (..., latent).
        names: of the model's latents.

    Returns:
        The latents as float32.

    Raises:
        UserError: if the last axis has another length, or one is empty.
    """
    z = np.asarray(z, np.float32)
    if not z.size or z.shape[-1:] != (len(names),):
        raise UserError(
            f"The last axis must hold the latents {', '.join(names)}, and no axis may be empty. "
            f"Received shape: {z.shape}"
        )
    return z
