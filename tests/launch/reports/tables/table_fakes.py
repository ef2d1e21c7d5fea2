"""Folders of runs as training leaves them, without any training."""

import json

from launch.reports.tables import get_tables
from launch.reports.tables.plan import plan_runs
from sps_tf import files
from sps_tf.runs.folder import RESULT_KEYS, Run, to_json

MSE = "test/linear_projection_mse_same_points"
VERSIONS = {"tensorflow": "2.16.2", "device": "CPU, 2 cores"}


def plan(root, methods=("sps",), seeds=(0, 1, 2), **overrides):
    """Plan tiny runs of the ball; `__` stands for the point in a field's path."""
    overrides = {name.replace("__", "."): value for name, value in overrides.items()}
    return plan_runs("sps_ball", methods, "debug", seeds, overrides, root)


def tables_of(runs):
    """Return the paper's tables on the runs' data."""
    return get_tables(runs[0].config)


def write_run(run, metrics, **changes):
    """Make the folder of a finished run; `changes` replace entries of its results."""
    folder = Run(run.workdir)
    folder.workdir.mkdir(parents=True)
    config = to_json(run.config)
    results = {
        "dataset": run.config.dataset,
        "method": run.method,
        "preset": run.config.preset,
        "seed": run.seed,
        "steps": run.config.steps,
        "seconds": 100.0,
        "metrics": metrics,
        "data": {"name": "made by hand"},
        "config": config,
        "versions": VERSIONS,
    } | changes
    assert set(results) == set(RESULT_KEYS)
    files.write_json(folder.workdir / "config.json", config)
    folder.write_results({key: results[key] for key in RESULT_KEYS})


def read_table(folder):
    return json.loads((folder / "table.json").read_text())


def find_cell(table, method, metric):
    (row,) = [row for row in table["rows"] if row["method"] == method]
    (cell,) = [cell for cell in row["cells"] if cell["metric"] == metric]
    return cell
