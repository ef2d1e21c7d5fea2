"""What a run works on, and how it asks for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from ml_collections import ConfigDict

if TYPE_CHECKING:
    from sps_tf.training.record_stream import RecordStream

Arrays = dict[str, np.ndarray]
# Mean training frame, (height, width, channels) float32 in [0, 1], beside the record files that the
# pipeline's Transform has made.
MEAN_FRAME_FILE = "mean_frame.npy"


class Data(NamedTuple):
    """What a run works on.

    Args:
        splits: for each split `frames` (n, time, height, width, channels), uint8 for video and
            float16 in [0, 1] for sound, and what else is known by name: labels float32
            (n, time, n_labels), names (n,), in the order of the records.
        about: plain JSON values on where the data come from, for the results.
        stream: the training split, where it is larger than `input.memory_limit_gib`;
            `splits["train"]` then holds its first sequences only. Default None.
        mean_frame: (height, width, channels) in [0, 1] over the whole training split, where the
            data set tells it. Default None.
        probes: frames (n, time, height, width, channels) beside the splits that evaluators ask
            for, by the names that they give them. Default: none.
    """

    splits: dict[str, Arrays]
    about: dict[str, Any]
    stream: "RecordStream | None" = None
    mean_frame: np.ndarray | None = None
    probes: Mapping[str, np.ndarray] = MappingProxyType({})


# Training and evaluation are handed a function from a config and the names of splits to the data;
# `datasets.loading.load_data` is the project's.
Load = Callable[[ConfigDict, tuple[str, ...]], Data]
