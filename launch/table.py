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

from absl import flags
from ml_collections import ConfigDict, config_flags

from launch import cli, table_flags
from launch.configs import METHODS, get_config
from launch.reports.tables import DATASETS, get_tables
from launch.reports.tables.make import make_table
from launch.reports.tables.plan import parse_methods, parse_seeds, plan_runs
from sps_tf.errors import UserError, check_choice

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(table_flags)
flags.DEFINE_string("dataset", None, f"What was learnt from: {', '.join(DATASETS)}.")
flags.DEFINE_string(
    "methods", None, f"Rows, of {', '.join(METHODS)}. Default: those of the paper's table."
)
flags.DEFINE_string("seeds", "0,1,2,3,4", "Seeds of each method.")


def make_config() -> ConfigDict:
    """Return the config of the first run; its fields are those that every run can be given."""
    if FLAGS.dataset is None:
        raise UserError(f"--dataset is missing. Known: {', '.join(DATASETS)}.")
    check_choice("--dataset of a table", FLAGS.dataset, DATASETS)
    seed = parse_seeds(FLAGS.seeds)[0]
    return get_config(FLAGS.dataset, _methods()[0], table_flags.preset(), seed)


def main(_: list[str]) -> int:
    """Make the tables that the flags describe."""
    table_flags.stop_as_by_ctrl_c()
    runs = plan_runs(
        FLAGS.dataset,
        _methods(),
        table_flags.preset(),
        parse_seeds(FLAGS.seeds),
        config_flags.get_override_values(FLAGS["config"]),
        FLAGS.runs,
    )
    folder = table_flags.folder_of(FLAGS.dataset, "table")
    tables = get_tables(runs[0].config)
    return make_table(runs, tables, folder, FLAGS.data_dir, table_flags.n_processes())


def _methods() -> tuple[str, ...]:
    if FLAGS.methods is not None:
        return parse_methods(FLAGS.methods)
    return get_tables(get_config(FLAGS.dataset))[0].methods


if __name__ == "__main__":
    cli.run_main(main, make_config, interrupted=table_flags.INTERRUPTED)
