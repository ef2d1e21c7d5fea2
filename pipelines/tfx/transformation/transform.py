"""The Beam pipeline that makes a transformed data set: one record file of one, in parallel.

Each file is made from one file of the source, and put in place by a rename; so the work may be
repeated, on any machine that reaches the folders, and memory does not grow with the data set.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import apache_beam
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.beam.record_files import write_data_set_info, write_records
from sps_tf.audio.front_ends import to_frames
from sps_tf.data import MEAN_FRAME_FILE
from sps_tf.errors import UserError
from sps_tf.files import write_atomically

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

_PARTS = "parts"


class Task(NamedTuple):
    """One file to be made.

    Args:
        source: the source data set's folder.
        target: the folder to fill.
        split: name of the split.
        number: number of the file in its split.
        front_end: see `sps_tf.audio.front_ends`.
        max_magnitude: likewise.
        frames_shape: (time, height, width, channels) of what comes out.
    """

    source: str
    target: str
    split: str
    number: int
    front_end: str
    max_magnitude: float | None
    frames_shape: tuple[int, ...]


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
    if front_end == "stft" and max_magnitude is None:
        raise UserError(
            "The data set's metadata lack max_magnitude, which the project's builders of sound "
            f"record. Received: {source}"
        )
    shape = _frames_shape(builder, front_end, max_magnitude)
    tasks = [
        Task(str(source), str(target), split, number, front_end, max_magnitude, shape)
        for split, info in builder.info.splits.items()
        for number in range(len(info.shard_lengths))
    ]
    (target / _PARTS).mkdir()
    with beam.pipeline() as pipeline:
        (
            pipeline
            | apache_beam.Create(tasks, reshuffle=False)
            | "SpreadFiles" >> apache_beam.Reshuffle()
            | "TransformFiles" >> apache_beam.Map(transform_file)
        )
    return _finish(builder, target, tasks)


def transform_file(task: Task) -> None:
    """Make one record file, and leave beside it what is known of its frames.

    Args:
        task: what to make.
    """
    builder = tfds.builder_from_directory(task.source)
    features = output_features(builder.info.features, task.front_end, task.frames_shape)
    info = builder.info.splits[task.split]
    frames_sum = np.zeros(task.frames_shape[1:], np.float64)

    def records() -> Iterator[bytes]:
        for record in tf.data.TFRecordDataset(str(info.filepaths[task.number])).as_numpy_iterator():
            example = builder.info.features.deserialize_example_np(record)
            example = to_frames(example, task.front_end, task.max_magnitude)
            frames_sum[...] += example["frames"].sum(axis=0, dtype=np.float64)
            yield features.serialize_example(example)

    path = Path(task.target) / _name_file(builder, task, len(info.shard_lengths))
    n_records, n_bytes = write_records(path, records())
    part = Path(task.target) / _PARTS / f"{task.split}_{task.number:06d}.npz"
    write_atomically(
        part, lambda file: np.savez(file, n_records=n_records, n_bytes=n_bytes, sum=frames_sum)
    )


def _frames_shape(
    builder: tfds.core.DatasetBuilder, front_end: str, max_magnitude: float | None
) -> tuple[int, ...]:
    """Find the shape of the frames that come out, from the first training example."""
    example = next(iter(tfds.as_numpy(builder.as_dataset(split="train[:1]"))))
    example = to_frames(example, front_end, max_magnitude)
    return tuple(example["frames"].shape)


def _name_file(builder: tfds.core.DatasetBuilder, task: Task, n_files: int) -> str:
    return f"{builder.name}-{task.split}.tfrecord-{task.number:05d}-of-{n_files:05d}"


def _finish(builder: tfds.core.DatasetBuilder, target: Path, tasks: list[Task]) -> dict[str, Any]:
    """Describe the files as a data set, and add what is known of the training split."""
    parts: dict[str, list[dict[str, np.ndarray]]] = {}
    for task in tasks:
        part = target / _PARTS / f"{task.split}_{task.number:06d}.npz"
        if not part.exists():
            raise UserError(
                "Files of the transformed data set are missing: every worker must reach the "
                f"pipeline root. Received: {target}"
            )
        with np.load(part) as held:
            parts.setdefault(task.split, []).append(dict(held))
    features = output_features(builder.info.features, tasks[0].front_end, tasks[0].frames_shape)
    write_data_set_info(
        target,
        builder,
        features,
        {
            split: [(int(p["n_records"]), int(p["n_bytes"])) for p in held]
            for split, held in parts.items()
        },
    )
    frames = features["frames"]
    n_frames = frames.shape[0] * builder.info.splits["train"].num_examples
    mean = sum(part["sum"] for part in parts["train"]) / n_frames
    unit = 255.0 if frames.np_dtype == np.uint8 else 1.0
    np.save(target / MEAN_FRAME_FILE, (mean / unit).astype(np.float32))
    shutil.rmtree(target / _PARTS)
    n_bytes = int(np.prod(frames.shape)) * np.dtype(frames.np_dtype).itemsize
    n_examples = {split: info.num_examples for split, info in builder.info.splits.items()}
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
