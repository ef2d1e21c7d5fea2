"""What a training has from TensorFlow, and from NumPy where Keras computes with JAX.

Model, losses, warm start and evaluation are the same code on both. All that is drawn depends on
seed and step alone, but the numbers drawn and the order of the sequences differ.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf.backend import uses_tensorflow
from sps_tf.data import Data
from sps_tf.errors import UserError
from sps_tf.frames import to_unit
from sps_tf.seeds import fold


class Wait(Protocol):
    """Add up the time for which steps wait; see `sps_tf.training.input_pipeline.WaitClock`."""

    seconds: float


class Log(Protocol):
    """See `sps_tf.training.event_log.EventLog`."""

    def write_config(self, config: ConfigDict) -> None:
        """Write a config."""

    def write_scalars(self, values: dict[str, float], step: int) -> None:
        """Write numbers."""

    def write_pictures(self, pictures: dict[str, np.ndarray], step: int) -> None:
        """Write pictures."""

    def write_sounds(self, sounds: dict[str, np.ndarray], step: int) -> None:
        """Write sounds."""

    def close(self) -> None:
        """End the file."""


class Feed(NamedTuple):
    """The batches of a training, and what measures the waiting for them, None where it is not."""

    batches: Iterable
    wait: Wait | None


def make_feed(
    model: keras.Model,
    data: Data,
    config: ConfigDict,
    start_step: int,
    labels: np.ndarray | None,
) -> Feed:
    """Return the batches of the steps `start_step`, ..., `config.steps` - 1.

    Args:
        model: says where it is placed.
        data: the training split is read, or streamed.
        config: see `train_batches` and `plain_batches`.
        start_step: the first step, at least 0.
        labels: for a model that learns from them; None for others.

    Raises:
        UserError: if the data are larger than memory, and Keras computes with JAX.
    """
    frames = data.splits["train"]["frames"] if data.stream is None else data.stream
    if not uses_tensorflow():
        if data.stream is not None:
            raise UserError(
                "The training data are larger than memory, and KERAS_BACKEND=jax reads no records: "
                "raise config.input.memory_limit_gib, or use TensorFlow."
            )
        return Feed(plain_batches(frames, config, start_step, labels), None)
    import tensorflow as tf

    from sps_tf.training.input_pipeline import WaitClock, train_batches

    # Replicas are fed by a thread of their own, whose waiting is not that of the step.
    one_device = model.distribute_strategy is tf.distribute.get_strategy()
    wait = WaitClock() if one_device else None
    return Feed(train_batches(frames, config, start_step, wait, labels), wait)


def plain_batches(
    frames: np.ndarray, config: ConfigDict, start_step: int, labels: np.ndarray | None = None
) -> Iterator[tuple[np.ndarray, ...]]:
    """Make batches by NumPy, one by one.

    Batch i depends on (seed, i) alone: each pass takes the sequences in an order that its number
    decides. A batch may reach into the next pass.

    Args:
        frames: the training set (n, time, height, width, channels), uint8 or floats in [0, 1].
        config: its `batch_size`, `steps` and `seed` are read.
        start_step: the first step, at least 0.
        labels: (n, time, label), for a model that learns from them. Default None.

    Yields:
        (frames,) float32 in [0, 1], (batch, time, height, width, channels); with labels
        (frames, labels).
    """
    n_sequences, size = len(frames), config.batch_size
    orders: dict[int, np.ndarray] = {}
    for step in range(start_step, config.steps):
        passes, places = np.divmod(np.arange(step * size, (step + 1) * size), n_sequences)
        orders = {
            n: orders[n] if n in orders else _order(config.seed, n, n_sequences)
            for n in np.unique(passes).tolist()
        }
        index = np.array([orders[n][place] for n, place in zip(passes, places, strict=True)])
        batch = to_unit(frames[index])
        yield (batch,) if labels is None else (batch, labels[index].astype(np.float32))


def _order(seed: int, n_pass: int, n_sequences: int) -> np.ndarray:
    """Return the order of the sequences in a pass."""
    return np.random.default_rng(fold(seed, "shuffle", n_pass)).permutation(n_sequences)


def open_log(folder: Path) -> Log:
    """Return what writes for TensorBoard, which with JAX is nothing."""
    if uses_tensorflow():
        from sps_tf.training.event_log import EventLog

        return EventLog(folder)
    print("With KERAS_BACKEND=jax nothing is written for TensorBoard.", flush=True)
    return _NoLog()


class _NoLog:
    """A log that keeps nothing."""

    def write_config(self, config: ConfigDict) -> None: ...

    def write_scalars(self, values: dict[str, float], step: int) -> None: ...

    def write_pictures(self, pictures: dict[str, np.ndarray], step: int) -> None: ...

    def write_sounds(self, sounds: dict[str, np.ndarray], step: int) -> None: ...

    def close(self) -> None: ...
