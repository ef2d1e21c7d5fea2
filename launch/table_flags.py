"""The flags of every command line that compares runs: `launch.table` and `launch.study`."""

import signal
from pathlib import Path

from absl import flags

from launch.configs import PRESETS

FLAGS = flags.FLAGS
flags.DEFINE_string("preset", None, f"Size and length: {', '.join(PRESETS)}. Default: fast.")
flags.DEFINE_string("runs", "runs", "Folder of all runs.")
flags.DEFINE_string(
    "data_dir", None, "Folder of the data sets. Default: TFDS_DATA_DIR, or ~/tensorflow_datasets."
)
flags.DEFINE_boolean("train", True, "Train the runs that have not finished.")
flags.DEFINE_integer(
    "processes",
    1,
    "Runs trained side by side, each with its part of the cores (TensorFlow's, OpenMP's and "
    "OpenBLAS's threads are limited by environment variables). Floating-point sums depend on the "
    "number of threads, and so, a little, does a run: keep one value for a table. On a GPU leave "
    "it at 1.",
    lower_bound=1,
)

INTERRUPTED = (
    "Stopped. The same command continues the runs that are not finished; --train=false shows "
    "those that are."
)


def preset() -> str:
    """Return the preset of all runs."""
    return FLAGS.preset or "fast"


def folder_of(dataset: str, name: str) -> Path:
    """Return `<runs>/<dataset>/<name>_<preset>`, where what is made of the runs goes."""
    return Path(FLAGS.runs).expanduser() / dataset / f"{name}_{preset()}"


def n_processes() -> int:
    """Return how many runs are trained side by side: 0 where none is to be trained."""
    return FLAGS.processes if FLAGS.train else 0


def stop_as_by_ctrl_c() -> None:
    """Let other ways of stopping end the trainings as well; what is ignored stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
