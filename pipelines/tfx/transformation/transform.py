"""The Beam pipeline that makes a transformed data set: one record file of one, in parallel."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.record_files import write_data_set_info
from pipelines.beam.shard_writer import write_shards
from pipelines.beam.shards import Shard
from sps_tf.audio.front_ends import NEED_MAXIMUM, to_frames
from sps_tf.data import MEAN_FRAME_FILE
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


class TransformedExamples(NamedTuple):
    """The transformed examples of a split, see `pipelines.beam.shards.Examples`.

    They are read and made as they are written, so memory does not grow with the data set.

    Args:
        source: the source data set's folder.
        split: name of the split.
        n_examples: how many there are.
        front_end: see `sps_tf.audio.front_ends`.
        max_magnitude: likewise.
    """

    source: str
    split: str
    n_examples: int
    front_end: str
    max_magnitude: float | None

    def make_examples(self, start: int, stop: int) -> Iterator[dict[str, Any]]:
        """Read the source's examples `start` to before `stop`, in its order."""
        if start == stop:
            return  # a file without a record, which TFDS would refuse
        builder = tfds.builder_from_directory(self.source)
        dataset = builder.as_dataset(
            split=f"{self.split}[{start}:{stop}]",
            read_config=tfds.ReadConfig(interleave_cycle_length=1),
        )
        for example in tfds.as_numpy(dataset):
            yield to_frames(example, self.front_end, self.max_magnitude)

    def measure(self, example: dict[str, Any]) -> dict[str, Any]:
        """Return the sum of an example's frames, (height, width, channels)."""
        return {"sum": example["frames"].sum(axis=0, dtype=np.float64)}

    def merge(self, left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        """Add two sums."""
        return {"sum": np.add(left["sum"], right["sum"])}


def transform_data_set(
    source: Path, target: Path, front_end: str, beam: "BeamSettings"
) -> dict[str, Any]:
    """Transform all splits of a prepared data set.

    Args:
        source: folder of a data set that TFDS prepared, with a split "train".
        target: an existing, empty folder; it becomes one that
            `tfds.builder_from_directory` reads.
        front_end: see `sps_tf.audio.front_ends`.
        beam: how Beam runs.

    Returns:
        For each split its number of sequences, and the size of all frames in memory.

    Raises:
        UserError: if the data set lacks what the front end needs, or files are missing at the
            end.
    """
    builder = tfds.builder_from_directory(source)
    max_magnitude = (builder.info.metadata or {}).get("max_magnitude")
    if front_end in NEED_MAXIMUM and max_magnitude is None:
        raise UserError(
            "The data set's metadata lack max_magnitude, which the project's builders of sound "
            f"record. Received: {source}"
        )
    splits = {
        name: TransformedExamples(str(source), name, info.num_examples, front_end, max_magnitude)
        for name, info in builder.info.splits.items()
    }
    frames_shape = next(iter(splits["train"].make_examples(0, 1)))["frames"].shape
    features = output_features(builder.info.features, front_end, frames_shape)
    config = beam.download_config()
    written = write_shards(
        {name: _shards(builder, target, name) for name in splits},
        splits,
        features,
        config.beam_runner,
        config.beam_options,
    )
    lengths = {name: info.shard_lengths for name, info in builder.info.splits.items()}
    files = {name: list(zip(lengths[name], written[name].n_bytes, strict=True)) for name in splits}
    write_data_set_info(target, builder, features, files)
    n_frames = frames_shape[0] * splits["train"].n_examples
    unit = 255.0 if features["frames"].np_dtype == np.uint8 else 1.0
    mean = np.array(written["train"].measure["sum"]) / n_frames / unit
    np.save(target / MEAN_FRAME_FILE, mean.astype(np.float32))
    return _tell(splits, features["frames"])


def _shards(builder: tfds.core.DatasetBuilder, target: Path, split: str) -> list[Shard]:
    """Return the files to write, each for one file of the source."""
    lengths = builder.info.splits[split].shard_lengths
    cuts = itertools.accumulate(lengths, initial=0)
    name = f"{builder.name}-{split}.tfrecord"
    return [
        Shard(str(target / f"{name}-{number:05d}-of-{len(lengths):05d}"), start, stop)
        for number, (start, stop) in enumerate(itertools.pairwise(cuts))
    ]


def _tell(splits: dict[str, TransformedExamples], frames: tfds.features.Tensor) -> dict[str, Any]:
    """Return the numbers of sequences, and the size of all frames in memory."""
    n_bytes = int(np.prod(frames.shape)) * np.dtype(frames.np_dtype).itemsize
    n_examples = {name: split.n_examples for name, split in splits.items()}
    return {
        "n_examples": n_examples,
        "frames_shape": list(frames.shape),
        "frames_gib": round(sum(n_examples.values()) * n_bytes / 2**30, 3),
    }


def output_features(
    source: tfds.features.FeaturesDict, front_end: str, frames_shape: tuple[int, ...]
) -> tfds.features.FeaturesDict:
    """Return the features of the transformed data set.

    Args:
        source: those of the source.
        front_end: see `sps_tf.audio.front_ends`.
        frames_shape: (time, height, width, channels).

    Returns:
        The source's labels, and `frames` compressed as a whole, which reads several times as
        fast as a picture file a frame.
    """
    dtype = np.float16 if front_end else np.uint8
    frames = tfds.features.Tensor(shape=frames_shape, dtype=dtype, encoding="zlib")
    labels = {name: feature for name, feature in source.items() if name != "waveform"}
    return tfds.features.FeaturesDict({**labels, "frames": frames})
