"""Which split a model is judged by."""

from pathlib import Path

from ml_collections import ConfigDict

from sps_tf.training.record_stream import open_stream

# A training set that can spare sequences to judge by: an eighth of them, which must be two.
_LEAST_TO_LEND = 16


def choose_judging_split(examples: str | Path, config: ConfigDict) -> str:
    """Choose the split by which a model is chosen or refused, which the test split should not be.

    Args:
        examples: version folder of a prepared data set.
        config: its `input.memory_limit_gib` is read.

    Returns:
        "validation" where the data set has such a split, or a training split in memory that lends
        one; else "test".
    """
    import tensorflow_datasets as tfds

    builder = tfds.builder_from_directory(examples)
    if "validation" in builder.info.splits:
        return "validation"
    stream = open_stream(builder, "train")
    in_memory = stream is None or stream.n_gib <= config.input.memory_limit_gib
    lends = in_memory and builder.info.splits["train"].num_examples >= _LEAST_TO_LEND
    return "validation" if lends else "test"
