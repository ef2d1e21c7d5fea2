"""From a prepared data set to batches that never hold the step up."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ml_collections import ConfigDict

from sps_tf.errors import UserError

if TYPE_CHECKING:
    import tensorflow as tf
    import tensorflow_datasets as tfds

_READ_AT_ONCE = 64


def load_split(config: ConfigDict, split: str, data_dir: str | None) -> dict[str, np.ndarray]:
    """Return one split of the config's data set as arrays, made first where it is missing.

    Args:
        config: its `dataset` and `data` name the data set and its options.
        split: `train` or `test`.
        data_dir: folder of the data sets; None means TFDS's own default.

    Returns:
        `frames` uint8 (n, time, height, width, channels) and the labels float32
        (n, time, n_labels) by name, in the order of the records.

    Raises:
        UserError: if the options are unknown, the folder cannot be written, or the data set in
            it is damaged.
    """
    builder = _prepare(config, data_dir)
    arrays = _read_split(builder, split)
    return {**arrays, "frames": check_frames(arrays["frames"], f"{builder.name}, {split} split")}


def check_frames(frames: np.ndarray, where: str = "the frames") -> np.ndarray:
    """Check the axes and the range of frames, one's own ones for example.

    Args:
        frames: (n, time, height, width, channels), uint8 or, in [0, 1], of a float type.
        where: what the frames are, for the message. Default "the frames".

    Returns:
        The frames as uint8; floats are rounded to the nearest of the 256 levels.

    Raises:
        UserError: if axes are missing or empty, the type is another, or a value lies outside.
    """
    if frames.ndim != 5 or 0 in frames.shape or frames.shape[1] < 2:
        raise UserError(
            f"{where} must have the axes (n, time, height, width, channels), with at least 2 "
            f"times and none empty. Received shape: {frames.shape}"
        )
    if frames.dtype == np.uint8:
        return frames
    if not np.issubdtype(frames.dtype, np.floating):
        raise UserError(
            f"{where} must be uint8, or floats in [0, 1]. Received dtype: {frames.dtype}"
        )
    low, high = float(frames.min()), float(frames.max())
    if not (low >= 0.0 and high <= 1.0):  # also false for NaN
        raise UserError(
            f"{where} must lie in [0, 1]. Received values from {low:g} to {high:g}; divide "
            "frames of 0 to 255 by 255, or store them as uint8."
        )
    return np.rint(frames * 255).astype(np.uint8)


def train_batches(
    frames: np.ndarray, config: ConfigDict, start_step: int, wait: "WaitClock | None" = None
) -> "tf.data.Dataset":
    """Return the batches of the steps `start_step`, ..., `config.steps` - 1.

    The whole set stays in memory as uint8. Each pass over it has an order of its own, a
    permutation that is a function of the seed and the number of the pass: batch i depends on
    (seed, i) alone, so that a resumed run needs no state of the iterator. A batch may reach
    into the next pass.

    Args:
        frames: the training set, uint8 (n, time, height, width, channels).
        config: its `batch_size`, `steps` and `seed` are read.
        start_step: the first step, at least 0.
        wait: measures how long the step waits for its batches. Default None.

    Returns:
        Batches float32 in [0, 1], (batch, time, height, width, channels), fetched ahead.
    """
    import tensorflow as tf

    from sps_tf.seeds import fold

    n_sequences, batch_size = len(frames), config.batch_size
    with tf.device("CPU:0"):
        in_memory = tf.constant(frames)
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
        batch = tf.cast(tf.gather(in_memory, index), tf.float32) / 255.0
        return tf.ensure_shape(batch, [batch_size, *frames.shape[1:]])

    steps = tf.data.Dataset.range(start_step, config.steps)
    batches = steps.map(batch_of, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
    options = tf.data.Options()
    # Where replicas share the batches, each takes its part of every batch, not whole batches.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    batches = batches.prefetch(tf.data.AUTOTUNE) if wait is None else wait.measure(batches)
    return batches.with_options(options)


class WaitClock:
    """Add up the time for which the training step waits for its batch to be made.

    Each batch is stamped when it is finished, and again when it is asked for. A batch that was
    finished first costs no waiting; handing it over belongs to the step.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def measure(self, dataset: "tf.data.Dataset") -> "tf.data.Dataset":
        """Return a data set of the same elements, made ahead, that reports to this clock.

        Args:
            dataset: makes elements when they are asked for: no prefetch at its end.

        Returns:
            The same elements behind a prefetch.
        """
        import tensorflow as tf

        def now(*_: object) -> tf.Tensor:
            # Python's clock: TensorFlow's own is refused where operations are deterministic.
            return tf.numpy_function(time.monotonic, [], tf.float64)

        def stamp(element: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.control_dependencies([element]):
                return element, now()

        def stop(asked: tf.Tensor, stamped: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
            element, made = stamped
            done = tf.numpy_function(self.add, [asked, made], tf.bool)
            with tf.control_dependencies([done]):
                return tf.identity(element)

        ahead = dataset.map(stamp).prefetch(tf.data.AUTOTUNE)
        options = tf.data.Options()
        # A prefetch put behind the clock would move it into a thread of its own.
        options.experimental_optimization.inject_prefetch = False
        # zip asks its parts in turn: the clock, then the data set.
        asked = tf.data.Dataset.range(1).repeat().map(now)
        return tf.data.Dataset.zip(asked, ahead).map(stop).with_options(options)

    def add(self, asked: float, made: float) -> bool:
        """Count the wait for one batch.

        Args:
            asked: seconds of the clock at which the batch was asked for.
            made: seconds of the clock at which it was finished.

        Returns:
            True: TensorFlow wants a value.
        """
        self.seconds += max(0.0, float(made) - float(asked))
        return True


def _prepare(config: ConfigDict, data_dir: str | None) -> "tfds.core.DatasetBuilder":
    """Return the builder, its data made where they are missing and its files checked."""
    from pipelines.project_datasets import find_project_datasets

    find_project_datasets()
    from datasets.builders import make_builder

    builder = make_builder(config.dataset, data_dir, **config.data.to_dict())
    if not Path(builder.data_dir).exists():
        print(f"Making {builder.info.full_name} in {builder.data_dir}", flush=True)
    builder.download_and_prepare()
    return builder


def _read_split(builder: "tfds.core.DatasetBuilder", split: str) -> dict[str, np.ndarray]:
    """Read all records of a split, in order, and check that none is missing."""
    import tensorflow as tf
    import tensorflow_datasets as tfds

    n_expected = builder.info.splits[split].num_examples
    read_config = tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False)
    try:
        dataset = builder.as_dataset(split=split, shuffle_files=False, read_config=read_config)
        parts = list(tfds.as_numpy(dataset.batch(_READ_AT_ONCE)))
    except (tf.errors.OpError, AssertionError, OSError, ValueError) as error:
        raise _damaged(builder.data_dir, str(error)) from error
    arrays = _join(parts)
    n_found = len(next(iter(arrays.values()), ()))
    if n_found != n_expected:
        raise _damaged(
            builder.data_dir, f"the {split} split has {n_found} of its {n_expected} records"
        )
    return arrays


def _join(parts: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    names = parts[0] if parts else ()
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _damaged(folder: str | Path, reason: str) -> UserError:
    first_line = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    return UserError(
        f"The data set in {folder} is damaged ({first_line}). Delete that folder and run the "
        "same command again: it is made anew."
    )
