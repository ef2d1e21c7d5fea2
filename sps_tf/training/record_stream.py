"""Training data larger than memory: sequences read from record files as they are needed.

The order is a function of (seed, pass) alone: each pass takes the files in an order of its own,
reads several of them in turn, and shuffles what it reads in blocks. So a resumed run finds its
place by leaving out the records that it has seen, still encoded, and needs no state.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from ml_collections import ConfigDict

from sps_tf.seeds import fold

_FILES_AT_ONCE = 16
_GIB = 2**30


class RecordStream(NamedTuple):
    """A split on disk.

    Args:
        paths: its record files.
        n_sequences: number of records in all of them.
        features: how TFDS decodes a record; the feature `frames` is read.
    """

    paths: tuple[str, ...]
    n_sequences: int
    features: tfds.features.FeaturesDict

    @property
    def n_gib(self) -> float:
        """Return the size of all frames in memory."""
        frames = self.features["frames"]
        n_bytes = int(np.prod(frames.shape)) * np.dtype(frames.np_dtype).itemsize
        return self.n_sequences * n_bytes / _GIB

    def batches(self, config: ConfigDict, start_step: int) -> tf.data.Dataset:
        """Return the batches of the steps `start_step`, ..., `config.steps` - 1.

        Args:
            config: its `batch_size`, `steps`, `seed` and `input.shuffle_block` are read.
            start_step: the first step, at least 0.

        Returns:
            Batches float32 in [0, 1], (batch, time, height, width, channels).
        """
        first = start_step * config.batch_size
        n_passes = -(-config.steps * config.batch_size // self.n_sequences)
        passes = tf.data.Dataset.range(first // self.n_sequences, n_passes)
        records = passes.flat_map(lambda number: self._records(number, config))
        records = records.skip(first % self.n_sequences)
        only_frames = type(self.features)({"frames": self.features["frames"]})
        unit = 1.0 / 255.0 if self.features["frames"].np_dtype == np.uint8 else 1.0

        def decode(record: tf.Tensor) -> tf.Tensor:
            return tf.cast(only_frames.deserialize_example(record)["frames"], tf.float32) * unit

        sequences = records.map(decode, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        batches = sequences.batch(config.batch_size, drop_remainder=True)
        return batches.take(config.steps - start_step)

    def _records(self, number: tf.Tensor, config: ConfigDict) -> tf.data.Dataset:
        """Return the encoded records of one pass, in the order of that pass."""
        seed = tf.stack([tf.constant(fold(config.seed, "shuffle"), tf.int64), number])
        paths = tf.random.experimental.stateless_shuffle(tf.constant(self.paths), seed=seed)
        records = tf.data.Dataset.from_tensor_slices(paths).interleave(
            tf.data.TFRecordDataset,
            cycle_length=min(_FILES_AT_ONCE, len(self.paths)),
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )
        mixing = tf.constant(fold(config.seed, "shuffle_block"), tf.int64) + number

        # Dataset.shuffle takes no seed that depends on the pass where operations are
        # deterministic.
        def mix(block: tf.Tensor, held: tf.Tensor) -> tf.Tensor:
            return tf.random.experimental.stateless_shuffle(held, seed=tf.stack([mixing, block]))

        blocks = records.batch(config.input.shuffle_block).enumerate().map(mix)
        return blocks.prefetch(1).unbatch()  # the next block is read while this one is used


def open_stream(builder: tfds.core.DatasetBuilder, split: str) -> RecordStream | None:
    """Return a split as a stream, or None where its records hold no frames (sound, say).

    Args:
        builder: of a prepared data set.
        split: name of the split.

    Returns:
        The stream.
    """
    info = builder.info.splits[split]
    if "frames" not in builder.info.features or None in builder.info.features["frames"].shape:
        return None
    paths = tuple(str(Path(path)) for path in info.filepaths)
    return RecordStream(paths, info.num_examples, builder.info.features)
