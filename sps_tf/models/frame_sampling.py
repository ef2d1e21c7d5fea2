"""Decode a random part of a sequence: an unbiased and cheaper estimate of its loss."""

import keras
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
    first = ops.arange(ops.shape(x)[0], dtype="int32")[:, None] * x.shape[1]
    return take_rows(x, first + times)


def take_rows(x: keras.KerasTensor, rows: keras.KerasTensor) -> keras.KerasTensor:
    """Take rows whole: many times as fast as `take_along_axis`, which takes single numbers.

    Args:
        x: (a, b, ...).
        rows: int32 of any shape, the places a * b counted on.

    Returns:
        (*rows.shape, ...).
    """
    return ops.take(ops.reshape(x, (-1, *x.shape[2:])), rows, axis=0)
