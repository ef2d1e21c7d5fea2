"""Base of the builders whose examples can be made one by one, by their number."""

import os
from collections.abc import Sequence
from typing import Any

import tensorflow_datasets as tfds

from pipelines.beam.builder import BeamBuilder
from pipelines.beam.shard_writer import Examples, Shard, shard_bounds, write_shards


class ShardedBuilder(BeamBuilder, skip_registration=True):
    """A builder whose `_split_generators` returns `Examples`, such as `NumberedExamples`.

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
        splits = self._split_generators(dl_manager)
        shards = {
            name: self._shards(name, split, download_config) for name, split in splits.items()
        }
        written = write_shards(
            shards, splits, self.info.features, tally_path=self.tally_path, **self._beam
        )
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

    def _shards(
        self, name: str, split: Examples, config: tfds.download.DownloadConfig
    ) -> list[Shard]:
        limit = config.max_examples_per_split
        n_examples = min(split.n_examples, limit or split.n_examples)
        bounds = shard_bounds(n_examples, config.num_shards)
        template = self._get_filename_template(split_name=name)
        return [
            Shard(os.fspath(template.sharded_filepath(shard_index=i, num_shards=len(bounds))), *b)
            for i, b in enumerate(bounds)
        ]
