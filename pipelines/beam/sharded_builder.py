"""Base of the builders whose examples can be made one by one, by their number."""

import os
from collections.abc import Sequence
from typing import Any

import apache_beam as beam
import tensorflow_datasets as tfds

from pipelines.beam.builder import BeamBuilder
from pipelines.beam.shard_writer import (
    NumberedExamples,
    Shard,
    collect_shards,
    shard_bounds,
    write_shards,
)
from pipelines.beam.workers import is_worker_lost

# Worker processes that are killed one after the other have a reason that will not go away.
_MAX_TRIES = 3


class ShardedBuilder(BeamBuilder, skip_registration=True):
    """A builder whose `_split_generators` returns `NumberedExamples` for each split.

    Beam's workers write the record files themselves, in the order of the numbers, instead of
    handing the records to TFDS's writer: see `pipelines.beam.shard_writer`.
    """

    def describe(self, measures: dict[str, dict[str, Any]]) -> None:
        """Tell of the data set what is known when its examples are written; here nothing.

        Builders set `self.info.metadata`, which TFDS writes afterwards.

        Args:
            measures: for each split the measure of all its examples.
        """

    def _generate_splits(
        self,
        dl_manager: tfds.download.DownloadManager,
        download_config: tfds.download.DownloadConfig,
    ) -> Sequence[tfds.core.SplitInfo]:
        """Write all shards and return what TFDS records of the splits."""
        limit = download_config.max_examples_per_split
        splits = {
            name: split._replace(n_examples=min(split.n_examples, limit or split.n_examples))
            for name, split in self._split_generators(dl_manager).items()
        }
        shards = {
            name: self._shards(name, split, download_config.num_shards)
            for name, split in splits.items()
        }
        self._write(shards, splits, download_config)
        written = collect_shards(shards, splits)
        self.describe({name: split.measure for name, split in written.items()})
        return [
            tfds.core.SplitInfo(
                name=name,
                shard_lengths=[shard.stop - shard.start for shard in parts],
                num_bytes=sum(written[name].n_bytes),
                filename_template=self._get_filename_template(split_name=name),
            )
            for name, parts in shards.items()
        ]

    def _shards(self, name: str, split: NumberedExamples, n_shards: int | None) -> list[Shard]:
        bounds = shard_bounds(split.n_examples, n_shards)
        template = self._get_filename_template(split_name=name)
        return [
            Shard(os.fspath(template.sharded_filepath(shard_index=i, num_shards=len(bounds))), *b)
            for i, b in enumerate(bounds)
        ]

    def _write(
        self,
        shards: dict[str, list[Shard]],
        splits: dict[str, NumberedExamples],
        config: tfds.download.DownloadConfig,
    ) -> None:
        """Run the pipeline; where a local worker is killed, run it again for what is missing."""
        for n_try in range(_MAX_TRIES):
            transform = write_shards(shards, splits, self.info.features, self.tally_path)
            try:
                with beam.Pipeline(config.beam_runner, options=config.beam_options) as pipeline:
                    _ = pipeline | transform
                return
            except Exception as error:
                if not is_worker_lost(error) or n_try == _MAX_TRIES - 1:
                    raise
