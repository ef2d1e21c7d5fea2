"""What the project's TFDS builders share: the way of writing, the progress bar and the checks."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tensorflow_datasets as tfds
from google.protobuf import json_format

from pipelines.beam.checksums import find_damaged, write_checksums
from pipelines.beam.errors import explain
from pipelines.beam.limit import read_limit, write_limit
from pipelines.beam.progress import progress_bar
from pipelines.beam.settings import with_local_runner
from pipelines.beam.shards import (
    RECORD_OVERHEAD_BYTES,
    Examples,
    Shard,
    shard_bounds,
)
from pipelines.beam.unfinished import building, names_of_its_own, sweep_unfinished
from sps_tf.errors import UserError

# What TFDS stumbles over in a damaged description.
_DAMAGED_DESCRIPTION = (AssertionError, AttributeError, KeyError, TypeError, ValueError)
_DESCRIPTION = "dataset_info.json"  # TFDS writes it last


class ShardedBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Base of the project's builders; `_split_generators` returns `Examples` for each split.

    Beam's workers write the record files themselves, in the order of the numbers, instead of
    handing the records to TFDS's writer: see `pipelines.beam.shard_writer`. In all else,
    subclasses are ordinary TFDS builders.

    Attributes:
        tally_path: where workers count finished examples (`pipelines.beam.progress.count`); None
            outside `download_and_prepare`.
    """

    tally_path: str | None = None

    def __init__(self, **kwargs: object) -> None:
        if kwargs.get("file_format") not in (None, "tfrecord", tfds.core.FileFormat.TFRECORD):
            raise UserError(
                "The project writes and reads TFRECORD files only: leave file_format out. "
                f"Received: {getattr(kwargs['file_format'], 'value', kwargs['file_format'])}"
            )
        try:
            super().__init__(**kwargs)
        except (*_DAMAGED_DESCRIPTION, json_format.ParseError) as error:
            if isinstance(error, UserError) or not self._has_description():
                raise
            self._set_description_aside(error)
            self.__dict__.clear()
            super().__init__(**kwargs)
        # `tfds build` imports the module by its last name; the description stays the same.
        module = f"datasets.{self.name}.{self.name}_dataset_builder"
        self.info._identity.module_name = self.info.as_proto.module_name = module

    def n_examples(self) -> int | None:
        """Return the number of examples in all splits, or None where it is not known."""
        return None

    def download_and_prepare(
        self, *, download_config: tfds.download.DownloadConfig | None = None, **kwargs: object
    ) -> None:
        """Prepare the data set if it is not there, and check its files.

        Args:
            download_config: TFDS's settings. Beam's local runner is used where it names none.
            **kwargs: passed on to TFDS.

        Raises:
            UserError: if the data set's folder cannot be written, holds files of others, or a part
                of the examples only, or if Beam's worker processes are killed.
        """
        config = download_config or tfds.download.DownloadConfig()
        sweep_unfinished(Path(self.data_path))
        if not config.download_mode.overwrite_dataset:
            config = self._renew_damaged(config)
        overwrite = config.download_mode.overwrite_dataset
        was_there = self._has_description()
        if was_there and not overwrite:
            self._refuse_other_limit(config.max_examples_per_split)
        label = f"making {self.info.full_name}"
        try:
            if was_there and not overwrite:
                super().download_and_prepare(download_config=config, **kwargs)
            else:
                config = with_local_runner(config)  # loads Beam
                with (
                    progress_bar(self.n_examples(), label) as self.tally_path,
                    names_of_its_own(),
                ):
                    super().download_and_prepare(download_config=config, **kwargs)
        except Exception as error:
            if self._has_description() and not (was_there or overwrite):
                # Another process made the same data set, and was faster.
                self.info.read_from_directory(self.data_path)
            else:
                explained = explain(error)
                if explained is None:
                    raise
                raise explained from error
        finally:
            self.tally_path = None
        self._check_files()
        if not was_there or overwrite:
            write_checksums(Path(self.data_path))

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
        with building(Path(self.data_dir)):
            return self._write_splits(dl_manager, download_config)

    def _write_splits(
        self,
        dl_manager: tfds.download.DownloadManager,
        download_config: tfds.download.DownloadConfig,
    ) -> Sequence[tfds.core.SplitInfo]:
        from pipelines.beam.shard_writer import write_shards  # loads Beam

        # Builders that run a pipeline of their own let the caller's runner run it.
        self._beam = {
            "runner": download_config.beam_runner,
            "options": download_config.beam_options,
        }
        splits = self._split_generators(dl_manager)
        shards = {
            name: self._shards(name, split, download_config) for name, split in splits.items()
        }
        written = write_shards(
            shards, splits, self.info.features, tally_path=self.tally_path, **self._beam
        )
        self.describe({name: split.measure for name, split in written.items()})
        if download_config.max_examples_per_split:
            write_limit(Path(self.data_dir), download_config.max_examples_per_split)
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

    def _has_description(self) -> bool:
        """Tell whether the folder holds the file that TFDS writes last."""
        return (self.data_path / _DESCRIPTION).exists()

    def _set_description_aside(self, error: Exception) -> None:
        """Put a damaged dataset_info.json out of TFDS's way, so that the set can be made anew."""
        path = Path(self.data_path) / _DESCRIPTION
        try:
            path.replace(path.with_name(f"damaged-{path.name}"))
        except OSError as refused:
            raise UserError(
                f"The data set's {_DESCRIPTION} is damaged, and its folder cannot be written "
                f"({refused.strerror}). Received: {self.data_path}"
            ) from error

    def _renew_damaged(self, config: tfds.download.DownloadConfig) -> tfds.download.DownloadConfig:
        """Let a data set be made anew that is not complete or not as it was written.

        Raises:
            UserError: if its folder holds other files, which would be removed.
        """
        folder = Path(self.data_path)
        if not folder.exists():
            return config
        damaged = find_damaged(folder) if self._has_description() else [_DESCRIPTION]
        if not damaged:
            return config
        if not self._has_description():
            others = [path.name for path in folder.iterdir() if not self._is_ours(path)]
            if others:
                raise UserError(
                    f"The data set's folder holds no {_DESCRIPTION}, so it is not complete, but "
                    f"files of others, such as {others[0]}. Move them away and try again. "
                    f"Received: {folder}"
                )
        print(
            f"warning: the data set in {folder} is damaged ({', '.join(damaged[:3])}"
            f"{' and others' if len(damaged) > 3 else ''}); it is made anew.",
            file=sys.stderr,
        )
        return config.replace(download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS)

    def _is_ours(self, path: Path) -> bool:
        """Tell whether a file of the data set's folder is one that a build leaves there."""
        known = (".json", ".labels.txt", ".npz", ".npy")  # what is derived lies there too
        return path.is_file() and (path.name.endswith(known) or ".tfrecord" in path.name)

    def _refuse_other_limit(self, limit: int | None) -> None:
        """Refuse a data set that holds the first examples only, where others were asked for."""
        held = read_limit(Path(self.data_path))
        if held != limit:
            raise UserError(
                "The data set was made with another --max_examples_per_split. Delete its folder, "
                "or build it with --overwrite. Received: "
                f"{limit or 'all examples'}, while {self.data_path} holds {held or 'all'} of each "
                "split"
            )

    def _check_files(self) -> None:
        """Refuse a prepared data set with record files that are missing or cut short."""
        if self.info.file_format != tfds.core.FileFormat.TFRECORD:
            return
        for split, info in self.info.splits.items():
            paths = [Path(path) for path in info.filepaths]
            missing = [path for path in paths if not path.exists()]
            expected = info.num_bytes + RECORD_OVERHEAD_BYTES * info.num_examples
            if missing or sum(path.stat().st_size for path in paths) != expected:
                raise UserError(
                    f"The {split} split is damaged: record files are missing or cut short. Delete "
                    f"the folder and try again. Received: {self.data_path}"
                )
