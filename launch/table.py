"""Make a table of the paper: train what is missing, then compare all runs with the paper.

    python -m launch.table --dataset=sps_scale --seeds=0,1,2,3,4

Each run has a process and a folder of its own, `<runs>/<dataset>/<method>_<preset>_seed<seed>`,
as `python -m launch.train` makes it: a finished run is read, one that was stopped is continued.
`--train=false` only reads. Fields of the config hold for every run; such runs need a folder of
their own:

    python -m launch.table --dataset=sps_ball --methods=sps,sps_k0 --config.steps=2000 --runs=short

Leaves `table.json` (every seed's value), `table.csv` and `table.md`, for the scales also Figure 3,
in `<runs>/<dataset>/table_<preset>`. Ends with status 1 if a run failed; the others count all the
same.
"""

import signal
from pathlib import Path

from absl import flags
from ml_collections import ConfigDict, config_flags

from launch import cli
from launch.configs import METHODS, PRESETS, get_config
from launch.tables import DATASETS, get_tables
from launch.tables.make import make_table
from launch.tables.plan import parse_methods, parse_seeds, plan_runs
from sps_tf.errors import UserError, check_choice

FLAGS = flags.FLAGS
flags.DEFINE_string("dataset", None, f"What was learnt from: {', '.join(DATASETS)}.")
flags.DEFINE_string(
    "methods", None, f"Rows, of {', '.join(METHODS)}. Default: those of the paper's table."
)
flags.DEFINE_string("seeds", "0,1,2,3,4", "Seeds of each method.")
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


def make_config() -> ConfigDict:
    """Return the config of the first run; its fields are those that every run can be given."""
    if FLAGS.dataset is None:
        raise UserError(f"--dataset is missing. Known: {', '.join(DATASETS)}.")
    check_choice("--dataset of a table", FLAGS.dataset, DATASETS)
    return get_config(FLAGS.dataset, _methods()[0], _preset(), parse_seeds(FLAGS.seeds)[0])


def main(_: list[str]) -> int:
    """Make the tables that the flags describe."""
    _stop_as_by_ctrl_c()
    overrides = config_flags.get_override_values(FLAGS["config"])
    runs = plan_runs(
        FLAGS.dataset, _methods(), _preset(), parse_seeds(FLAGS.seeds), overrides, FLAGS.runs
    )
    folder = Path(FLAGS.runs).expanduser() / FLAGS.dataset / f"table_{_preset()}"
    return make_table(runs, folder, FLAGS.data_dir, FLAGS.processes if FLAGS.train else 0)


def _stop_as_by_ctrl_c() -> None:
    """Let other ways of stopping end the trainings as well; what is ignored stays so."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def _methods() -> tuple[str, ...]:
    if FLAGS.methods is not None:
        return parse_methods(FLAGS.methods)
    return get_tables(get_config(FLAGS.dataset))[0].methods


def _preset() -> str:
    return FLAGS.preset or "fast"


if __name__ == "__main__":
    cli.run_main(
        main,
        make_config,
        interrupted="Stopped. The same command continues the runs that are not finished; "
        "--train=false shows those that are.",
    )
