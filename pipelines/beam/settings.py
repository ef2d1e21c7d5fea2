"""Where Beam runs: in this process, in worker processes here, or on an engine such as Flink.

Every flag of Beam passes through, so any runner that Beam knows can be named. Beam itself is
imported late: a command line that only prints its help does not wait for it.
"""

import argparse
import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sps_tf.errors import UserError, check_choice, did_you_mean
from sps_tf.optional import require_module

if TYPE_CHECKING:
    import apache_beam as beam
    import tensorflow_datasets as tfds
    from apache_beam.options.pipeline_options import PipelineOptions

_DASK_RUNNER = "pipelines.beam.dask_runner.WatchedDaskRunner"
# Beam brings this one as well, but finds it by its full name only; and see `dask_runner`.
_OTHER_RUNNERS = {"dask": _DASK_RUNNER, "DaskRunner": _DASK_RUNNER}
LOCAL_RUNNERS = ("DirectRunner", "FnApiRunner")


@dataclasses.dataclass(frozen=True)
class BeamSettings:
    """How Beam runs a pipeline.

    Attributes:
        runner: name of a Beam runner, such as "FlinkRunner". Default None: this machine.
        options: flags of Beam, each one word such as "--parallelism=2". Default: none.
    """

    runner: str | None = None
    options: tuple[str, ...] = ()

    def pipeline(self) -> "beam.Pipeline":
        """Return an empty pipeline; leaving its `with` block runs it and waits for the end."""
        import apache_beam as beam

        config = self.download_config()
        return beam.Pipeline(runner=config.beam_runner, options=config.beam_options)

    def download_config(self) -> "tfds.download.DownloadConfig":
        """Return what `download_and_prepare` of a TFDS builder takes."""
        import tensorflow_datasets as tfds
        from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions

        options = PipelineOptions(flags=list(self.options))
        if self.runner is not None:
            options.view_as(StandardOptions).runner = self.runner
        return with_local_runner(tfds.download.DownloadConfig(beam_options=options))


def local_settings(n_workers: int = 1) -> BeamSettings:
    """Let Beam run on this machine.

    Args:
        n_workers: worker processes, at least 1; 1 means this process itself. Default 1.

    Returns:
        The settings.
    """
    return BeamSettings(options=(f"--direct_num_workers={n_workers}",))


def parse_beam_settings(
    runner: str | None, flags: Sequence[str], n_workers: int = 1
) -> BeamSettings:
    """Check what a command line says about Beam.

    Args:
        runner: name of a Beam runner, or None for this machine.
        flags: Beam's flags, each one word. Those that Beam for Python does not know are for the
            engine: they pass where a runner other than the local ones is named, unless they look
            like a slip.
        n_workers: worker processes on this machine, at least 1. Default 1.

    Returns:
        The settings.

    Raises:
        UserError: if the runner or a flag is unknown, or a flag's value is wrong.
    """
    is_local = runner is None or runner in LOCAL_RUNNERS
    if n_workers > 1 and not is_local:
        raise UserError(
            "--workers is for this machine; an engine has a flag of its own, such as "
            f"--parallelism. Received: --runner={runner} --workers={n_workers}"
        )
    if runner is not None:
        _check_runner(runner)
    if flags:
        _check_flags(flags, runner)
    if runner in _OTHER_RUNNERS:
        _check_dask(flags)
    settings = local_settings(n_workers) if is_local else BeamSettings(runner)
    # The user's flags come last, and so have the last word.
    return dataclasses.replace(settings, options=(*settings.options, *flags))


def with_local_runner(config: "tfds.download.DownloadConfig") -> "tfds.download.DownloadConfig":
    """Let Beam run in this process or its children, where the user names no other runner.

    Beam's `DirectRunner` first tries to download a program (Prism) and run the pipeline in it;
    the runner that it falls back on does all that is needed here.

    Args:
        config: TFDS's settings.

    Returns:
        The settings, with a runner.
    """
    from apache_beam.options.pipeline_options import (
        DirectOptions,
        PipelineOptions,
        StandardOptions,
    )
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner

    from pipelines.beam.workers import watch_local_workers

    # Without `flags`, Beam would take the options from the command line of the program.
    options = config.beam_options or PipelineOptions(flags=[])
    runner = config.beam_runner
    standard = options.view_as(StandardOptions)
    if standard.runner in _OTHER_RUNNERS:
        standard.runner = _OTHER_RUNNERS[standard.runner]
        _prepare_dask(options)
    if runner is None and standard.runner in (None, *LOCAL_RUNNERS):
        watch_local_workers()
        runner = FnApiRunner()
    direct = options.view_as(DirectOptions)
    if direct.direct_num_workers != 1 and direct.direct_running_mode == "in_memory":
        direct.direct_running_mode = "multi_processing"
    return config.replace(beam_options=options, beam_runner=runner)


def _check_runner(runner: str) -> None:
    from apache_beam.options.pipeline_options import StandardOptions

    if "." not in runner:  # else the full name of a class, which Beam looks for
        check_choice("--runner", runner, [*StandardOptions.KNOWN_RUNNER_NAMES, *_OTHER_RUNNERS])


def _check_dask(flags: Sequence[str]) -> None:
    """Refuse a command line without a scheduler before any work."""
    from apache_beam.options.pipeline_options import PipelineOptions

    _prepare_dask(PipelineOptions(flags=list(flags)))


def _prepare_dask(options: "PipelineOptions") -> None:
    """Check that Dask is installed and its scheduler named; let each record file be a task."""
    require_module("distributed")
    from pipelines.beam.dask_runner import make_each_file_a_task, scheduler_place

    scheduler_place(options)
    make_each_file_a_task(options)


def _check_flags(flags: Sequence[str], runner: str | None) -> None:
    """Refuse flags that nobody would read, and values that Beam cannot parse."""
    parser = _Parser(allow_abbrev=False, add_help=False)
    for kind in _option_classes(runner):
        kind._add_argparse_args(parser)
    _, others = parser.parse_known_args(list(flags))
    known = [name.lstrip("-") for name in parser._option_string_actions]
    # Other engines may know flags that Beam for Python does not.
    is_strict = runner in (None, *LOCAL_RUNNERS, *_OTHER_RUNNERS)
    for flag in others:
        name = flag.lstrip("-").split("=")[0]
        hint = did_you_mean(name, known)
        if is_strict or not flag.startswith("--") or _is_slip(name, known):
            raise UserError(
                f"Neither this program nor Beam has such a flag.{hint} Received: {flag}"
            )


def _is_slip(name: str, known: Sequence[str]) -> bool:
    import difflib

    return bool(difflib.get_close_matches(name, known, n=1, cutoff=0.85))


class _Parser(argparse.ArgumentParser):
    """Beam's flags are declared for argparse, which would end the process itself."""

    def error(self, message: str) -> None:
        raise UserError(f"A flag of Beam has a wrong value. Received: {message}")

    def add_value_provider_argument(self, *args: object, **kwargs: object) -> None:
        """Take a flag of Beam's templates like any other."""
        self.add_argument(*args, **kwargs)


def _option_classes(runner: str | None) -> "Iterator[type[PipelineOptions]]":
    from apache_beam.options.pipeline_options import PipelineOptions

    for kind in PipelineOptions.__subclasses__():
        if kind.__module__ == PipelineOptions.__module__:
            yield kind
    if runner in _OTHER_RUNNERS:
        require_module("distributed")
        from apache_beam.runners.dask.dask_runner import DaskOptions

        yield DaskOptions
