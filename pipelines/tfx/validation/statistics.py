"""Statistics of every split of a prepared data set, by TensorFlow Data Validation.

The shard writer hands out record files. Whoever is given one folds a few numbers of each example
into accumulators of TFDV, and writes these; the program that started it merges them in the order
of the files. So memory grows neither with the data nor with the size of an example, the bytes do
not depend on the workers, and any runner will do that writes a data set. TFDV's own pipeline asks
for more (tagged outputs, combiners), which Beam's Dask runner gets wrong.

Departure from TFDV's default: counts of distinct texts and the most frequent ones come from its
sketches, since exact ones do not merge; they are exact up to 16,384 and 1,024 distinct values.
"""

import functools
import itertools
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.proto import tf_example_pb2

from datasets.prepared import open_prepared
from pipelines.beam.shard_writer import write_shards
from pipelines.beam.shards import NumberedExamples, Shard
from pipelines.tfx.validation.partials import pack, unpack
from pipelines.tfx.validation.statistics_files import read_statistics, statistics_path
from pipelines.tfx.validation.summaries import Row, Summariser
from sps_tf.errors import UserError
from sps_tf.files import write_bytes
from sps_tf.optional import require_module

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

_ROWS_PER_BATCH = 256
_ARROW_TYPES = {np.float32: pa.float32(), np.int64: pa.int64(), bytes: pa.binary()}
_PARTIAL_FEATURES = tfds.features.FeaturesDict({"partial": tfds.features.Text()})


class Statistics:
    """Accumulators of TFDV that grow by batches of rows, and merge.

    Raises:
        UserError: if TFDV is not installed.
    """

    def __init__(self) -> None:
        tfdv = require_module("tensorflow_data_validation")
        self._tfdv = require_module("tensorflow_data_validation.statistics.stats_impl")
        self._generators = self._tfdv.get_generators(tfdv.StatsOptions(), in_memory=True)
        for generator in self._generators:
            generator.setup()
        self._totals = [generator.create_accumulator() for generator in self._generators]

    def add(self, rows: pa.RecordBatch) -> None:
        """Take a batch of rows in."""
        self._totals = [
            generator.add_input(total, rows)
            for generator, total in zip(self._generators, self._totals, strict=True)
        ]

    def add_partial(self, partial: bytes) -> None:
        """Take in what `to_partial` returned elsewhere."""
        self._totals = [
            generator.merge_accumulators([total, other])
            for generator, total, other in zip(
                self._generators, self._totals, unpack(partial), strict=True
            )
        ]

    def to_partial(self) -> bytes:
        """Return the accumulators, for `add_partial`."""
        return pack(
            [g.compact(total) for g, total in zip(self._generators, self._totals, strict=True)]
        )

    def to_proto(self) -> bytes:
        """Return a serialised `DatasetFeatureStatisticsList`."""
        found = self._tfdv.extract_statistics_output(self._totals, self._generators)
        return found.SerializeToString(deterministic=True)


def summarise_file(examples: str, paths: Sequence[str], number: int) -> dict[str, bytes]:
    """Summarise the examples of one record file.

    Args:
        examples: folder of the data set.
        paths: its record files.
        number: which of them.

    Returns:
        `partial`, see `Statistics`.
    """
    summarise = Summariser(tfds.features.FeatureConnector.from_config(examples))
    rows, statistics = map(summarise, _read_records(paths[number])), Statistics()
    while batch := list(itertools.islice(rows, _ROWS_PER_BATCH)):
        statistics.add(to_record_batch(batch, summarise.columns))
    return {"partial": statistics.to_partial()}


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
    partials, splits, shards = folder / "partials", {}, {}
    partials.mkdir()
    for name, split in info.splits.items():
        paths = tuple(str(path) for path in split.filepaths)
        make = functools.partial(summarise_file, str(examples), paths)
        splits[name] = NumberedExamples(len(paths), make)
        shards[name] = [
            Shard(str(partials / f"{name}-{number:05d}"), number, number + 1)
            for number in range(len(paths))
        ]
    config = beam_settings.download_config()
    write_shards(shards, splits, _PARTIAL_FEATURES, config.beam_runner, config.beam_options)
    for name, parts in shards.items():
        write_bytes(statistics_path(folder, name), _merge(parts))
    shutil.rmtree(partials)
    found = {name: dataset.num_examples for name, dataset in read_statistics(folder).items()}
    _check_counts(examples, {name: s.num_examples for name, s in info.splits.items()}, found)
    left_out = Summariser(info.features).left_out
    return {"data_set": info.full_name, "n_examples": found, "left_out": left_out}


def _merge(shards: Sequence[Shard]) -> bytes:
    """Return the statistics of a split from those of its files."""
    statistics = Statistics()
    for shard in shards:
        for record in _read_records(shard.path):
            stored = tf_example_pb2.Example.FromString(record).features.feature["partial"]
            statistics.add_partial(stored.bytes_list.value[0])
    return statistics.to_proto()


def _check_counts(examples: Path, expected: dict[str, int], found: dict[str, int]) -> None:
    """Refuse record files that hold more or fewer examples than the data set says."""
    for split, n_expected in expected.items():
        if found.get(split) != n_expected:
            raise UserError(
                f"The {split} split should have {n_expected} examples, {found.get(split, 0)} can "
                "be read: record files are damaged, or out of a worker's reach. Make the data set "
                f"again in an empty folder that all workers reach. Received: {examples}"
            )
