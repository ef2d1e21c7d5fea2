"""What the project's TFDS builders share: where Beam runs, the progress bar, the checks."""

import sys
from pathlib import Path
from types import TracebackType

import tensorflow_datasets as tfds
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from google.protobuf import json_format

from pipelines.progress import progress_bar
from sps_tf.errors import UserError

# A TFRecord file holds 16 bytes of lengths and checksums around each record.
_RECORD_OVERHEAD_BYTES = 16


class BeamBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Base of the project's builders; subclasses are ordinary TFDS builders.

    Attributes:
        tally_path: where workers count finished examples (`pipelines.progress.count`); None
            outside `download_and_prepare`.
    """

    tally_path: str | None = None

    def __init__(self, **kwargs: object) -> None:
        try:
            super().__init__(**kwargs)
        except json_format.ParseError as error:
            raise UserError(
                "The data set's dataset_info.json is damaged. Delete its folder and try again. "
                f"Received: {self.data_path}"
            ) from error

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
            UserError: if the data set's folder is damaged or cannot be written.
        """
        config = with_local_runner(download_config or tfds.download.DownloadConfig())
        overwrite = config.download_mode.overwrite_dataset
        if not overwrite:
            self._refuse_half_made()
        label = f"making {self.info.full_name}"
        try:
            if self._has_description() and not overwrite:
                super().download_and_prepare(download_config=config, **kwargs)
            else:
                with progress_bar(self.n_examples(), label) as self.tally_path:
                    super().download_and_prepare(download_config=config, **kwargs)
        except OSError as error:
            raise UserError(
                f"The data set could not be written; free the folder or choose another data_dir. "
                f"Received: {error}"
            ) from error
        finally:
            self.tally_path = None
        self._check_files()

    def _download_and_prepare(
        self,
        dl_manager: tfds.download.DownloadManager,
        download_config: tfds.download.DownloadConfig,
    ) -> None:
        """Make the records, and refuse a set that lost some: TFDS then deletes what it made.

        With several worker processes and about a gigabyte of records, TFDS's Beam writer was seen
        to lose a part of them without an error.
        """
        # Builders that run a pipeline of their own let the caller's runner run it.
        self._beam = {
            "runner": download_config.beam_runner,
            "options": download_config.beam_options,
        }
        super()._download_and_prepare(dl_manager, download_config)
        expected = None if download_config.max_examples_per_split else self.n_examples()
        found = sum(split.num_examples for split in self.info.splits.values())
        if expected is not None and found != expected:
            raise UserError(
                f"{expected} examples were to be written, {found} were. Build the data set again "
                "with one worker process."
            )

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

    def _check_files(self) -> None:
        """Refuse a prepared data set with record files that are missing or cut short."""
        if self.info.file_format != tfds.core.FileFormat.TFRECORD:
            return
        for split, info in self.info.splits.items():
            paths = [Path(path) for path in info.filepaths]
            missing = [path for path in paths if not path.exists()]
            expected = info.num_bytes + _RECORD_OVERHEAD_BYTES * info.num_examples
            if missing or sum(path.stat().st_size for path in paths) != expected:
                raise UserError(
                    f"The {split} split is damaged: record files are missing or cut short. Delete "
                    f"the folder and try again. Received: {self.data_path}"
                )


def with_local_runner(config: tfds.download.DownloadConfig) -> tfds.download.DownloadConfig:
    """Let Beam run in this process, where the user names no other runner.

    Beam's `DirectRunner` first tries to download a program (Prism) and run the pipeline in it;
    the runner that it falls back on does all that is needed here.

    Args:
        config: TFDS's settings.

    Returns:
        The settings, with a runner.
    """
    # Without `flags`, Beam would take the options from the command line of the program.
    options = config.beam_options or PipelineOptions(flags=[])
    runner = config.beam_runner
    if runner is None and options.view_as(StandardOptions).runner in (None, "DirectRunner"):
        runner = FnApiRunner()
    return config.replace(beam_options=options, beam_runner=runner)


def local_beam_options(n_workers: int) -> PipelineOptions:
    """Make the options for worker processes on this machine.

    Args:
        n_workers: number of processes, at least 1.

    Returns:
        Options for `tfds.download.DownloadConfig(beam_options=...)`.
    """
    mode = "in_memory" if n_workers == 1 else "multi_processing"
    return PipelineOptions(flags=[], direct_num_workers=n_workers, direct_running_mode=mode)


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
        else:
            print_error(kind, error, trace)

    sys.excepthook = report
