"""Frames in which something moves, and how far latents are from linear."""

import numpy as np

from tests.sps_tf.models import tiny


def moving_dots(n: int = 16) -> np.ndarray:
    """Return uint8 frames of a bright pixel that moves at constant speed."""
    rng = np.random.default_rng(0)
    frames = np.zeros((n, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8")
    for sequence in frames:
        start, speed = rng.uniform(1, 4, size=2), rng.uniform(-0.6, 0.6, size=2)
        for t, frame in enumerate(sequence):
            row, column = np.clip(start + t * speed, 0, 7).astype(int)
            frame[row, column] = 255
    return frames


def linear_error(z: np.ndarray, targets: np.ndarray) -> float:
    """Return the share of the targets' variance that no line explains, by least squares."""
    inputs = np.c_[z.reshape(-1, z.shape[-1]), np.ones(z[..., 0].size)]
    outputs = targets.reshape(-1, targets.shape[-1])
    fit = inputs @ np.linalg.lstsq(inputs, outputs, rcond=None)[0]
    return float(np.mean((fit - outputs) ** 2) / outputs.var(axis=0).mean())
