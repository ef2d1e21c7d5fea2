"""Folders of runs as training leaves them, without any training."""

import json

from launch.reports import get_report
from launch.reports.engine.plan import plan_report
from sps_tf import files
from sps_tf.runs.folder import RESULT_KEYS, Run, to_json

MSE = "test/linear_projection_mse_same_points"
VERSIONS = {"tensorflow": "2.16.2", "device": "CPU, 2 cores"}


def plan(root, methods=("sps",), seeds=(0, 1, 2), name="table_2", **overrides):
    """Plan tiny runs of a report; `__` stands for the point in a field's path."""
    overrides = {name.replace("__", "."): value for name, value in overrides.items()}
    return plan_report(get_report(name), "debug", seeds, methods, overrides, root)


def write_run(run, metrics, **changes):
    """Make the folder of a finished run; `changes` replace entries of its results."""
    folder = Run(run.workdir)
    folder.workdir.mkdir(parents=True)
    config = to_json(run.config)
    results = {
        "dataset": run.config.dataset,
        "method": run.config.method,
        "preset": run.config.preset,
        "seed": run.config.seed,
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


def read_report(root, name="table_2"):
    """Return what a report over tiny runs has left as JSON."""
    return json.loads((root / "reports" / f"{name}_debug" / "report.json").read_text())


def find_cell(report, variant, metric):
    """Return one cell of a report as it is in its JSON file."""
    (row,) = [row for row in report["rows"] if row["name"] == variant]
    (cell,) = [cell for cell in row["cells"] if cell["metric"] == metric]
    return cell
