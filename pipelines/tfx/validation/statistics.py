"""Statistics of every split of a prepared data set, by TensorFlow Data Validation on Beam.

Workers read whole record files and keep a few numbers of each example, so memory grows neither
with the data nor with the size of an example.
"""

import itertools
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apache_beam as beam
import numpy as np
import pyarrow as pa
import tensorflow as tf
import tensorflow_datasets as tfds

from datasets.prepared import open_prepared
from pipelines.tfx.validation.statistics_files import read_statistics, statistics_path
from pipelines.tfx.validation.summaries import Row, Summariser
from sps_tf.errors import UserError
from sps_tf.optional import require_module

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

_ROWS_PER_BATCH = 256
_ARROW_TYPES = {np.float32: pa.float32(), np.int64: pa.int64(), bytes: pa.binary()}


class SummariseFiles(beam.DoFn):
    """Reads record files to batches of rows, see `pipelines.tfx.validation.summaries`.

    Args:
        examples: folder of the data set.
    """

    def __init__(self, examples: str) -> None:
        self._examples = examples

    def setup(self) -> None:
        """Read the features; they cannot be sent to the worker."""
        self._summarise = Summariser(tfds.features.FeatureConnector.from_config(self._examples))

    def process(self, path: str) -> Iterator[pa.RecordBatch]:
        """Summarise the examples of one file.

        Args:
            path: the record file.

        Yields:
            Batches of rows.
        """
        rows = map(self._summarise, _read_records(path))
        while batch := list(itertools.islice(rows, _ROWS_PER_BATCH)):
            yield to_record_batch(batch, self._summarise.columns)


def _read_records(path: str) -> Iterator[bytes]:
    """Yield the records of a file, as far as it can be read.

    An error here would end up as a long trace in the middle of Beam's; what is missing is noticed
    in the end by the number of examples.
    """
    try:
        yield from tf.data.TFRecordDataset(path).as_numpy_iterator()
    except (tf.errors.DataLossError, tf.errors.NotFoundError):
        logging.warning("This record file is missing or damaged: %s", path)


def to_record_batch(rows: Sequence[Row], columns: Mapping[str, type]) -> pa.RecordBatch:
    """Put rows into the form that TFDV reads.

    Args:
        rows: what `Summariser` returned for each example.
        columns: its `columns`.

    Returns:
        A column of lists for each name, null where a row has no such value. What is damaged in
        one of the rows has a column too.
    """
    damaged = {name: np.int64 for row in rows for name in row if name not in columns}
    arrays = {
        name: pa.array([row.get(name) for row in rows], pa.list_(_ARROW_TYPES[kind]))
        for name, kind in {**columns, **damaged}.items()
    }
    return pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays))


def write_statistics(examples: Path, folder: Path, beam_settings: "BeamSettings") -> dict[str, Any]:
    """Compute the statistics of all splits and write a file for each.

    Args:
        examples: folder of a data set that TFDS prepared, in TFRecord files.
        folder: where `<split>.pb` is written, a serialised `DatasetFeatureStatisticsList`.
        beam_settings: how Beam runs.

    Returns:
        `data_set`, its full name; `n_examples` by split; `left_out`, the features without
        statistics.

    Raises:
        UserError: if TFDV is not installed, or the data set is damaged or incomplete.
    """
    require_module("tensorflow_data_validation")  # before any work
    info = open_prepared(examples).info
    with beam_settings.pipeline() as pipeline:
        for split in info.splits.values():
            _summarise_split(pipeline, split, examples, statistics_path(folder, split.name))
    found = {name: dataset.num_examples for name, dataset in read_statistics(folder).items()}
    _check_counts(examples, {name: s.num_examples for name, s in info.splits.items()}, found)
    left_out = Summariser(info.features).left_out
    return {"data_set": info.full_name, "n_examples": found, "left_out": left_out}


def _summarise_split(
    pipeline: beam.Pipeline, split: tfds.core.SplitInfo, examples: Path, target: Path
) -> None:
    """Let a pipeline compute the statistics of one split and write them to a file."""
    tfdv = require_module("tensorflow_data_validation")
    files = beam.Create([str(path) for path in split.filepaths], reshuffle=False)
    _ = (
        pipeline
        | f"{split.name}/Files" >> files
        | f"{split.name}/SpreadFiles" >> beam.Reshuffle()
        | f"{split.name}/Summarise" >> beam.ParDo(SummariseFiles(str(examples)))
        | f"{split.name}/Statistics" >> tfdv.GenerateStatistics()
        | f"{split.name}/Write" >> tfdv.WriteStatisticsToBinaryFile(str(target))
    )


def _check_counts(examples: Path, expected: dict[str, int], found: dict[str, int]) -> None:
    """Refuse record files that hold more or fewer examples than the data set says."""
    for split, n_expected in expected.items():
        if found.get(split) != n_expected:
            raise UserError(
                f"The {split} split should have {n_expected} examples, {found.get(split, 0)} can "
                "be read: record files are damaged, or out of a worker's reach. Make the data set "
                f"again in an empty folder that all workers reach. Received: {examples}"
            )
