"""The flags that say where data are made, for every command line that makes some."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from absl import flags

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "runner",
    None,
    "Beam runner: dask, FlinkRunner, SparkRunner, DataflowRunner, ... Flags of Beam that follow "
    "pass through. Default: this machine.",
)
flags.DEFINE_integer("workers", 1, "Worker processes on this machine.", lower_bound=1)


def names_runner() -> bool:
    """Tell whether the command line names a runner, whose flags are not known here."""
    return any(word.lstrip("-").partition("=")[0] == "runner" for word in sys.argv[1:])


def make_settings(others: Sequence[str]) -> "BeamSettings":
    """Return how Beam is to run.

    Args:
        others: the words of the command line that are not flags of the program.

    Raises:
        UserError: if the runner or a flag of Beam is wrong.
    """
    from pipelines.beam.settings import parse_beam_settings

    return parse_beam_settings(FLAGS.runner, others, FLAGS.workers)


def make_settings_if_asked(others: Sequence[str]) -> "BeamSettings | None":
    """Return how Beam is to run where the command line says so; None: it does not.

    Args:
        others: as for `make_settings`.

    Raises:
        UserError: as for `make_settings`.
    """
    asked = FLAGS.runner is not None or FLAGS.workers > 1
    return make_settings(others) if asked else None
