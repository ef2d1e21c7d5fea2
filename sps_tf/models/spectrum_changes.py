"""Random changes of constant-Q spectra whose effect on the pitch is known."""

import keras
import numpy as np
from keras import ops

from sps_tf import seeds


def shift_bins(
    spectra: keras.KerasTensor, n_bins: keras.KerasTensor, most: int
) -> keras.KerasTensor:
    """Move spectra along the bins; empty bins enter at the other end.

    Args:
        spectra: (n, bins).
        n_bins: (n, 1) int32 in [-most, most]; above 0 the sound becomes higher.
        most: the largest shift.

    Returns:
        (n, bins).
    """
    places = ops.arange(spectra.shape[1], dtype="int32") + most - n_bins
    return ops.take_along_axis(ops.pad(spectra, ((0, 0), (most, most))), places, axis=1)


def equalise(
    spectra: keras.KerasTensor, strength: float, spacing_bins: int, seed: seeds.StepSeed
) -> keras.KerasTensor:
    """Change the timbre of spectra at random, not their pitch.

    A gain in decibels is drawn at places of equal distance and runs straight between them. What
    is silent stays silent.

    Args:
        spectra: (n, bins) in [0, 1], linear in decibels.
        strength: standard deviation of the gain, where 1 is the range of the spectra.
        spacing_bins: distance of the places in bins.
        seed: generator of seeds.

    Returns:
        (n, bins) in [0, 1].
    """
    between = _interpolation(spectra.shape[1], spacing_bins)
    shape = (ops.shape(spectra)[0], between.shape[0])
    gain = strength * keras.random.normal(shape, dtype="float32", seed=seed)
    louder = ops.clip(spectra + ops.cast(ops.matmul(gain, between), spectra.dtype), 0.0, 1.0)
    return ops.where(spectra > 0, louder, 0.0)


def _interpolation(n_bins: int, spacing_bins: int) -> np.ndarray:
    """Return (places, bins): the weight of each place in each bin."""
    position = np.arange(n_bins) / spacing_bins
    places = np.arange(int(position[-1]) + 2)
    return np.maximum(0.0, 1.0 - np.abs(position - places[:, None])).astype("float32")
