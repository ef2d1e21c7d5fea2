"""Evaluate a run from what its folder holds."""

import sys
from typing import Any

from sps_tf import files
from sps_tf.data import Load
from sps_tf.evaluation.evaluators import make_report
from sps_tf.evaluation.report import save_report
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.page import Beside, write_page_or_warn
from sps_tf.runs.table import summary_table
from sps_tf.runs.versions import list_versions


def evaluate_run(
    workdir: str, load: Load, checkpoint: str | None = None, beside: Beside | None = None
) -> dict[str, Any]:
    """Evaluate a run, print the table, and leave the results in its folder.

    Args:
        workdir: Folder of the run.
        load: Returns the data, see `datasets.loading.load_data`.
        checkpoint: "final", "latest" or a step. Default None: final if there, else latest.
        beside: What the run's page shows that its folder does not hold. Default None: nothing.

    Returns:
        What `evaluation.json` holds: `step`, `metrics`, `data`, `config`, `versions`.

    Raises:
        UserError: If the folder is not that of a run, or the checkpoint is not there.
    """
    run = Run(workdir)
    config = run.read_config()
    model = checkpoints.load_from_run(run, checkpoint)
    split = config.evaluation.split
    data = load(config, (split,))
    _warn_of_other_data(run, data.about)
    report = make_report(model, data.splits[split], config, data.probes)
    save_report(report, run.workdir)
    results = {
        "step": int(model.step.numpy()),
        "metrics": report.metrics,
        "data": data.about,
        "config": to_json(config),
        "versions": list_versions(),
    }
    files.write_json(run.workdir / "evaluation.json", results)
    write_page_or_warn(run, results, beside)
    print(f"{run.workdir} at step {results['step']}, {split} split")
    print(summary_table(report.metrics))
    return results


def _warn_of_other_data(run: Run, about: dict[str, Any]) -> None:
    """Say so where the data are others than those that a finished run was trained on."""
    results = run.read_results()
    held = about.get("name") if results is None else results["data"].get("name")
    if held != about.get("name"):
        print(
            f"warning: {run.workdir} was trained on {held}, and is evaluated on "
            f"{about.get('name')}. --examples and --data_dir choose the data.",
            file=sys.stderr,
        )
