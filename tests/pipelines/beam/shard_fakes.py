"""A tiny data set of numbers, and ways to make its examples go wrong."""

import os
import signal
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.shards import NumberedExamples

FEATURES = tfds.features.FeaturesDict({"number": tfds.features.Scalar(np.int64)})


def make_square(number):
    return {"number": number**2}


def measure_number(example):
    return {"numbers": [example["number"]], "last": np.array([example["number"]])}


def merge_numbers(left, right):
    return {"numbers": left["numbers"] + right["numbers"], "last": right["last"]}


class DyingOnce:
    """Make squares, but let the process that makes the 13th die the first time."""

    def __init__(self, folder):
        self._mark = str(Path(folder) / "died")

    def __call__(self, number):
        if number == 12 and not os.path.exists(self._mark):
            Path(self._mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return make_square(number)


class Numbers(ShardedBuilder, skip_registration=True):
    """Squares: 20 in "train", 3 in "test"."""

    VERSION = tfds.core.Version("1.0.0")
    pkg_dir_path = Path(__file__).parent
    make_example = staticmethod(make_square)

    def _info(self):
        return tfds.core.DatasetInfo(
            builder=self, features=FEATURES, metadata=tfds.core.MetadataDict()
        )

    def n_examples(self):
        return 23

    def _split_generators(self, dl_manager):
        return {"train": self._generate_examples(20), "test": self._generate_examples(3)}

    def _generate_examples(self, n_examples):
        return NumberedExamples(n_examples, self.make_example, measure_number, merge_numbers)

    def describe(self, measures):
        self.info.metadata.update(measures)
