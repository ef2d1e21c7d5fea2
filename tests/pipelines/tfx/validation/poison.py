"""Copies of a prepared data set with something wrong in some of its records."""

import itertools
import shutil
from pathlib import Path

import tensorflow as tf

from tests import fakes


def ball_examples(data_dir):
    """The version folder of the tiny ball video that `tests.fakes` made in `data_dir`."""
    from datasets.builders import make_builder

    return Path(make_builder("sps_ball", str(data_dir), **fakes.BALL_OPTIONS).data_path)


def poisoned(examples, target, split, change, records=None):
    """Copy a data set and let `change` edit the `tf.train.Example` of some records of a split.

    Args:
        examples: the version folder.
        target: the folder to make.
        split: name of the split.
        change: edits an example's features in place.
        records: numbers of the records in the split; None means all.

    Returns:
        `target`.
    """
    shutil.copytree(examples, target)
    numbers = itertools.count()
    for path in record_files(target, split):
        stored = list(tf.data.TFRecordDataset(str(path)).as_numpy_iterator())
        with tf.io.TFRecordWriter(str(path)) as writer:
            for record in stored:
                example = tf.train.Example.FromString(record)
                if records is None or next(numbers) in records:
                    change(example.features.feature)
                writer.write(example.SerializeToString())
    return target


def record_files(examples, split):
    """The files of a split, in order."""
    return sorted(examples.glob(f"*-{split}.tfrecord-*"))


def in_centimetres(features):
    """Positions times 100."""
    values = features["position"].float_list.value
    values[:] = [100 * value for value in values]


def black_frame(features):
    """The seventh frame is black."""
    black = tf.io.encode_png(tf.zeros((32, 32, 3), tf.uint8)).numpy()
    features["frames"].bytes_list.value[6] = black


def without_velocity(features):
    """A feature is not stored."""
    del features["velocity"]


def truncated_frame(features):
    """The third frame's PNG ends in the middle."""
    frames = features["frames"].bytes_list.value
    frames[2] = frames[2][: len(frames[2]) // 2]
