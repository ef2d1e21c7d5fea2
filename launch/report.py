"""Make tables and figures of the paper: train what is missing, then compare with the paper.

    python -m launch.report                                        # lists what there is
    python -m launch.report --name=table_2,table_4 --seeds=0,1,2

Each run has a process and a folder of its own, as `python -m launch.train` makes it:
`<runs>/<dataset>/<method or variant>_<preset>_seed<seed>`. A finished run is read, one that was
stopped is continued, and reports share their runs. `--train=false` only reads; `--dry_run` says
what would be trained. Fields of the config hold for every run; such runs need a folder of their
own:

    python -m launch.report --name=figure_6 --config.steps=1500 --runs=short

Every row's first seed comes first, the cheap before the dear; numbers are written anew after each
run. An estimate comes first, from what earlier runs took. `--page` writes one HTML page of all
reports, beside the paper's, to `<runs>/reports/index.html`. `--record` keeps the results in
`docs/results/recorded` and writes `docs/results/*.md` and README's tables from there.

`--runner=dask --dask_client_address=tcp://host:8786` trains on a Dask cluster, a run at a time on
each worker. Where the folder of the runs is not shared, finished runs come back to it.

Leaves `report.md`, `report.csv`, `report.json` (every seed's value) and `report.png` in
`<runs>/reports/<name>_<preset>`, and what each process printed as `train.log` in its run's
folder. Ends with status 1 if a run failed; the others count all the same.
"""

import functools
from pathlib import Path

from absl import flags
from ml_collections import ConfigDict, config_flags

from launch import cli
from launch.configs import METHODS, PRESETS, get_config
from launch.reports import NAMES, get_report
from launch.reports.engine.plan import (
    Plan,
    choose_variants,
    parse_methods,
    parse_names,
    parse_seeds,
    plan_report,
)
from launch.reports.engine.spec import Report
from launch.reports.running.make import Options, make_reports, show_plans
from launch.reports.running.processes import Train, train_runs
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.DEFINE_string("name", None, f"What to make, apart by commas: all, {', '.join(NAMES)}.")
flags.DEFINE_string("preset", "fast", f"Size and length: {', '.join(PRESETS)}.")
flags.DEFINE_string("seeds", None, "Seeds of each row. Default: the report's own.")
flags.DEFINE_string(
    "methods",
    None,
    f"Only rows of these, of {', '.join(METHODS)}, or of the names of rows that --dry_run shows; "
    "a method that the report lacks becomes a row.",
)
flags.DEFINE_string("runs", "runs", "Folder of all runs.")
flags.DEFINE_string(
    "data_dir", None, "Folder of the data sets. Default: TFDS_DATA_DIR, or ~/tensorflow_datasets."
)
flags.DEFINE_boolean("train", True, "Train the runs that have not finished.")
flags.DEFINE_boolean("dry_run", False, "Say what would be trained, and do nothing.")
flags.DEFINE_enum(
    "runner",
    None,
    ["dask"],
    "What trains runs: dask, a run at a time on each worker of a cluster. Default: processes of "
    "this machine.",
)
flags.DEFINE_string(
    "dask_client_address", None, "Dask's scheduler, such as tcp://host:8786, for --runner=dask."
)
flags.DEFINE_boolean(
    "page",
    False,
    "Write one HTML page of all reports found and recorded, beside the paper's; without --name "
    "nothing else is done.",
)
flags.DEFINE_boolean(
    "record", False, "Keep the results in the project's docs, and write their pages anew."
)
flags.DEFINE_string(
    "commit", None, "What --record notes as the commit of runs that did not note theirs."
)
flags.DEFINE_integer(
    "processes",
    1,
    "Runs trained side by side, each with its part of the cores (TensorFlow's, OpenMP's and "
    "OpenBLAS's threads are limited by environment variables). Floating-point sums depend on the "
    "number of threads, and so, a little, does a run: keep one value for a report. On a GPU more "
    "than 1 helps small models alone.",
    lower_bound=1,
)


def make_config() -> ConfigDict | None:
    """Return the config of the first run; its fields are those that every run can be given."""
    if FLAGS.name is None:
        return None
    report = _reports()[0]
    if not report.variants:
        return get_config(report.dataset, "sps", FLAGS.preset, 0)
    variant = choose_variants(report, _methods())[0]
    seed = parse_seeds(FLAGS.seeds or report.seeds)[0]
    return get_config(report.dataset, variant.method, FLAGS.preset, seed)


def main(_: list[str]) -> int:
    """Make the reports that the flags name, or list them all."""
    if FLAGS.name is None and not FLAGS.page:
        _list_reports()
        return 0
    plans = [_plan(report) for report in _reports()] if FLAGS.name else []
    if FLAGS.dry_run:
        show_plans(plans, FLAGS.processes)
        return 0
    options = Options(
        Path(FLAGS.runs).expanduser(),
        FLAGS.data_dir,
        FLAGS.processes if FLAGS.train else 0,
        tuple(map(get_report, NAMES)) if FLAGS.page else (),
        FLAGS.record,
        FLAGS.commit,
        _trainer(),
    )
    return make_reports(plans, options)


def _trainer() -> Train:
    """Return what trains runs."""
    if FLAGS.runner is None:
        if FLAGS.dask_client_address:
            raise UserError("--dask_client_address needs --runner=dask.")
        return train_runs
    if not FLAGS.dask_client_address:
        raise UserError("--runner=dask needs the scheduler: --dask_client_address=tcp://host:8786.")
    from launch.reports.running.dask_runs import train_runs_on_dask

    return functools.partial(train_runs_on_dask, FLAGS.dask_client_address)


def _reports() -> list[Report]:
    return [get_report(name) for name in parse_names(FLAGS.name, NAMES)]


def _methods() -> tuple[str, ...] | None:
    return None if FLAGS.methods is None else parse_methods(FLAGS.methods)


def _plan(report: Report) -> Plan:
    seeds = None if FLAGS.seeds is None else parse_seeds(FLAGS.seeds)
    overrides = config_flags.get_override_values(FLAGS["config"])
    return plan_report(report, FLAGS.preset, seeds, _methods(), overrides, FLAGS.runs)


def _list_reports() -> None:
    print("python -m launch.report --name=<name>, several apart by commas, or all:\n")
    for report in map(get_report, NAMES):
        n_seeds = len(parse_seeds(report.seeds))
        size = f"{len(report.variants)} rows x {n_seeds} seed{'s' if n_seeds > 1 else ''}"
        size = size if report.variants else "no run"
        print(f"{report.name:<16}  {report.dataset:<22}  {size:<17}  {report.caption}")


def console() -> None:
    """Make reports as the command line says, and end the process."""
    cli.run_main(
        main,
        make_config,
        interrupted="Stopped. The same command continues the runs that are not finished; "
        "--train=false shows those that are.",
    )


if __name__ == "__main__":
    console()
