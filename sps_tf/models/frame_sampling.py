"""Decode a random part of a sequence: an unbiased and cheaper estimate of its loss."""

import keras
import numpy as np
from keras import ops

from sps_tf import seeds


def random_times(
    n_sequences: keras.KerasTensor, n_times: int, n_chosen: int | None, seed: seeds.StepSeed
) -> keras.KerasTensor | None:
    """Choose time steps of each sequence at random, without repetition.

    Args:
        n_sequences: number of sequences.
        n_times: time steps a sequence has.
        n_chosen: number to choose; None or `n_times` and more means all.
        seed: generator of seeds.

    Returns:
        (n_sequences, n_chosen) int32, or None for all.
    """
    if n_chosen is None or n_chosen >= n_times:
        return None
    keys = keras.random.uniform((n_sequences, n_times), dtype="float32", seed=seed)
    return ops.cast(ops.top_k(keys, n_chosen)[1], "int32")


def take_times(x: keras.KerasTensor, times: keras.KerasTensor | None) -> keras.KerasTensor:
    """Take chosen time steps.

    Args:
        x: (batch, time, ...).
        times: (batch, chosen) from `random_times`, or None for all.

    Returns:
        (batch, chosen, ...).
    """
    if times is None:
        return x
    shape = (*ops.shape(times), *np.ones(len(x.shape) - 2, int))
    return ops.take_along_axis(x, ops.reshape(times, shape), axis=1)
