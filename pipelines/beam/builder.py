"""What the project's TFDS builders share: the way of writing, the progress bar and the checks."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import tensorflow_datasets as tfds
from google.protobuf import json_format

from pipelines.beam.checksums import find_damaged, write_checksums
from pipelines.beam.progress import progress_bar
from pipelines.beam.settings import with_local_runner
from pipelines.beam.shards import RECORD_OVERHEAD_BYTES, Examples, Shard, shard_bounds
from pipelines.beam.unfinished import building, sweep_unfinished
from sps_tf.errors import UserError
from sps_tf.files import DISK_ERRORS, write_json

# What TFDS stumbles over in a damaged description.
_DAMAGED_DESCRIPTION = (AssertionError, AttributeError, KeyError, TypeError, ValueError)
# Says that a data set holds the first examples of each split only.
LIMIT_FILE = "limit.json"


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
            raise UserError(
                "The data set's dataset_info.json is damaged. Delete its folder and try again. "
                f"Received: {self.data_path}"
            ) from error
        # `tfds build` imports the module by its last name; the description stays the same.
        self.info._identity.module_name = f"datasets.{self.name}.{self.name}_dataset_builder"

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
            UserError: if the data set's folder cannot be written, is half-made, or holds a part
                of the examples only, or if Beam's worker processes are killed.
        """
        config = download_config or tfds.download.DownloadConfig()
        sweep_unfinished(Path(self.data_path))
        if not config.download_mode.overwrite_dataset:
            self._refuse_half_made()
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
                with progress_bar(self.n_examples(), label) as self.tally_path:
                    super().download_and_prepare(download_config=config, **kwargs)
        except Exception as error:
            if self._has_description() and not (was_there or overwrite):
                # Another process made the same data set, and was faster.
                self.info.read_from_directory(self.data_path)
            else:
                explained = _explain(error)
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
            limit = {"max_examples_per_split": download_config.max_examples_per_split}
            write_json(Path(self.data_dir) / LIMIT_FILE, limit)
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
        return (self.data_path / "dataset_info.json").exists()

    def _refuse_half_made(self) -> None:
        """Refuse a folder without its description, which TFDS would take for complete."""
        if self.data_path.exists() and not self._has_description():
            raise UserError(
                "The data set's folder holds no dataset_info.json, so it is not complete. Delete "
                f"it and try again. Received: {self.data_path}"
            )

    def _renew_damaged(self, config: tfds.download.DownloadConfig) -> tfds.download.DownloadConfig:
        """Let a data set be made anew whose files are not as they were written."""
        damaged = find_damaged(Path(self.data_path)) if self._has_description() else []
        if not damaged:
            return config
        print(
            f"warning: the data set in {self.data_path} is damaged ({', '.join(damaged[:3])}"
            f"{' and others' if len(damaged) > 3 else ''}); it is made anew.",
            file=sys.stderr,
        )
        return config.replace(download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS)

    def _refuse_other_limit(self, limit: int | None) -> None:
        """Refuse a data set that holds the first examples only, where others were asked for."""
        path = Path(self.data_path) / LIMIT_FILE
        held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if held.get("max_examples_per_split") != limit:
            raise UserError(
                "The data set was made with another --max_examples_per_split. Delete its folder, "
                "or build it with --overwrite. Received: "
                f"{limit or 'all examples'}, while {self.data_path} holds "
                f"{held.get('max_examples_per_split') or 'all'} of each split"
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


def _explain(error: Exception) -> UserError | None:
    """Return what a user can do about an error, or None where that is not known.

    Errors in Beam's workers arrive as `RuntimeError` with the worker's report as their text, and
    TensorFlow's writer of record files has errors of its own.
    """
    from pipelines.beam.workers import WORKER_LOST, is_worker_lost

    text = str(error)
    if is_worker_lost(error):
        return UserError(
            f"{WORKER_LOST}. Try again, with fewer worker processes. "
            f"Received: {(text.splitlines() or ['a broken connection'])[-1]}"
        )
    disk_errors = [os.strerror(number) for number in DISK_ERRORS]
    lines = [line.strip() for line in text.splitlines() if any(e in line for e in disk_errors)]
    if lines or isinstance(error, OSError):
        return UserError(
            "The data set could not be written; free the folder or choose another data_dir. "
            f"Received: {lines[-1] if lines else error}"
        )
    return None


def show_user_errors_in_one_line() -> None:
    """Let the `tfds` command report wrong input without a traceback.

    The launchers do so by themselves; `tfds build` is not ours, so its last resort is changed,
    and only when it is the program that runs.
    """
    if Path(sys.argv[0]).stem != "tfds":
        return
    print_error = sys.excepthook

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, UserError):
            print(f"error: {error}", file=sys.stderr)
        elif issubclass(kind, KeyboardInterrupt):
            print("\nStopped. The same command begins anew.", file=sys.stderr)
        else:
            print_error(kind, error, trace)

    sys.excepthook = report
