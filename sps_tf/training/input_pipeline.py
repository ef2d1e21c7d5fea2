"""From frames in memory, or on disk, to batches that never hold the step up."""

import functools
import time

import numpy as np
import tensorflow as tf
from ml_collections import ConfigDict

from sps_tf.errors import UserError
from sps_tf.seeds import fold
from sps_tf.training.record_stream import RecordStream

_BATCHES_AHEAD = 4


def train_batches(
    frames: np.ndarray | RecordStream,
    config: ConfigDict,
    start_step: int,
    wait: "WaitClock | None" = None,
    labels: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Return the batches of the steps `start_step`, ..., `config.steps` - 1.

    Batch i depends on (seed, i) alone, so that a resumed run needs no state of the iterator. A
    batch may reach into the next pass over the set.

    Args:
        frames: the training set, (n, time, height, width, channels): uint8, or floats in [0, 1];
            or where to read it from.
        config: its `batch_size`, `steps` and `seed` are read, of a stream also `input`.
        start_step: the first step, at least 0.
        wait: measures how long the step waits for its batches. Default None.
        labels: (n, time, label) of frames in memory, for a model that learns from them. Default
            None.

    Returns:
        Batches float32 in [0, 1], (batch, time, height, width, channels), fetched ahead; with
        labels pairs of frames and float32 labels.

    Raises:
        UserError: if labels are asked for of frames that are read from disk.
    """
    from_disk = isinstance(frames, RecordStream)
    if from_disk and labels is not None:
        raise UserError(
            "A method that learns from labels needs its training data in memory: raise "
            "config.input.memory_limit_gib. Received: data read from disk"
        )
    make = frames.batches if from_disk else functools.partial(_from_memory, frames, labels)
    batches = make(config, start_step)
    options = tf.data.Options()
    # Where replicas share the batches, each takes its part of every batch, not whole batches.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    if wait is None:
        batches = batches.prefetch(_BATCHES_AHEAD)
    else:
        batches = wait.measure(batches, config.steps - start_step)
    return batches.with_options(options)


def _from_memory(
    frames: np.ndarray, labels: np.ndarray | None, config: ConfigDict, start_step: int
) -> tf.data.Dataset:
    """Gather batches from the whole set, each pass in a permutation that its number decides."""
    n_sequences, batch_size = len(frames), config.batch_size
    with tf.device("CPU:0"):
        in_memory = tf.constant(frames)
        labels_in_memory = None if labels is None else tf.constant(labels, tf.float32)
    unit = 1.0 / 255.0 if frames.dtype == np.uint8 else 1.0
    seed = tf.constant(fold(config.seed, "shuffle"), tf.int64)

    def batch_of(step: tf.Tensor) -> tf.Tensor:
        position = step * batch_size + tf.range(batch_size, dtype=tf.int64)
        n_pass = position // n_sequences
        # The public tf.random.experimental.index_shuffle takes one seed for all positions only.
        index = tf.raw_ops.RandomIndexShuffle(
            index=position % n_sequences,
            seed=tf.stack([tf.broadcast_to(seed, [batch_size]), n_pass, 0 * n_pass], axis=1),
            max_index=tf.constant(n_sequences - 1, tf.int64),
            rounds=4,
        )
        batch = tf.cast(tf.gather(in_memory, index), tf.float32) * unit
        batch = tf.ensure_shape(batch, [batch_size, *frames.shape[1:]])
        return batch if labels is None else (batch, tf.gather(labels_in_memory, index))

    steps = tf.data.Dataset.range(start_step, config.steps)
    return steps.map(batch_of, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


class WaitClock:
    """Add up the time for which the training step waits for its batch to be made.

    The batches are made ahead by an iterator of their own, and the clock runs while one is taken
    from it. In one pipeline with its batches the clock would stop them from being made ahead:
    where operations are deterministic, TensorFlow takes the prefetch out of a pipeline that calls
    Python.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def measure(self, dataset: tf.data.Dataset, n_batches: int) -> tf.data.Dataset:
        """Return a data set of the same elements, made ahead, that reports to this clock.

        It can be read once.

        Args:
            dataset: makes elements when they are asked for: no prefetch at its end.
            n_batches: number of its elements.

        Returns:
            The same elements.
        """
        # Held here too: the iterator must live for as long as it is read.
        self._ahead = ahead = iter(dataset.prefetch(_BATCHES_AHEAD))

        def now() -> tf.Tensor:
            # Python's clock: TensorFlow's own is refused where operations are deterministic.
            return tf.numpy_function(time.monotonic, [], tf.float64)

        def take(_: tf.Tensor) -> tf.Tensor:
            asked = now()
            with tf.control_dependencies([asked]):
                element = ahead.get_next()
            with tf.control_dependencies(tf.nest.flatten(element)):
                done = tf.numpy_function(self.add, [asked, now()], tf.bool)
            with tf.control_dependencies([done]):
                return tf.nest.map_structure(tf.identity, element)

        return tf.data.Dataset.range(n_batches).map(take)

    def add(self, asked: float, taken: float) -> bool:
        """Count the wait for one batch.

        Args:
            asked: seconds of the clock at which the batch was asked for.
            taken: seconds of the clock at which it was there.

        Returns:
            True: TensorFlow wants a value.
        """
        self.seconds += max(0.0, float(taken) - float(asked))
        return True
