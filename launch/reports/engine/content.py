"""All that is to be said about a report, as plain JSON values."""

import dataclasses
import math
import shlex
from collections.abc import Sequence
from typing import Any

from launch.reports.engine import summary
from launch.reports.engine.outcomes import Outcome, list_warnings
from launch.reports.engine.plan import Plan, PlannedRun
from sps_tf.runs.folder import to_json
from sps_tf.runs.settings import settings_digest

# Of the versions that a run notes, the one that tells Keras's backend.
JAX = "jax"
BY_JAX = "KERAS_BACKEND=jax "


def gather(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Gather all that is to be said about a report's runs.

    Args:
        plan: the report.
        outcomes: its runs.

    Returns:
        What `report.json` holds, and without the folders the recorded results; `picture` is None.
    """
    report = plan.report
    rows = summary.summarise_rows(report, outcomes)
    finished = [outcome.results for outcome in outcomes if outcome.status == "finished"]
    return {
        "name": report.name,
        "title": report.title,
        "caption": report.caption,
        "in_paper": report.in_paper,
        "settings": plan.settings,
        "remark": "",
        "dataset": report.dataset,
        "preset": plan.config.preset,
        "split": plan.config.evaluation.get("split", "test"),
        "overrides": plan.overrides,
        "columns": [
            {**dataclasses.asdict(column), "heading": column.heading} for column in report.columns
        ],
        "rows": rows,
        "paper_seeds": report.paper_seeds,
        "notes": list(report.notes),
        "picture": None,
        "warnings": [
            *list_warnings(outcomes),
            *summary.list_bad_values(report, outcomes),
            *summary.list_empty_cells(rows),
        ],
        "command": _backend_prefix(finished) + _report_command(plan),
        "versions": finished[0]["versions"] if finished else None,
        "data": finished[0]["data"] if finished else None,
        "runs": [_describe(outcome) for outcome in outcomes],
    }


def has_numbers(content: dict[str, Any]) -> bool:
    """Say whether a report has something to show: a number, or a picture."""
    cells = [cell for row in content["rows"] for cell in row["cells"]]
    return bool(content["picture"]) or any(cell["mean"] is not None for cell in cells)


def train_command(run: PlannedRun) -> str:
    """Return the command that trains a run, without its folders."""
    words = [f"--{name}={value}" for name, value in run.flags.items()]
    return shlex.join(["python", "-m", "launch.train", *words])


def _backend_prefix(finished: Sequence[dict[str, Any]]) -> str:
    """Return what comes before a command: where all runs were trained by JAX, its name."""
    by_jax = [JAX in results["versions"] for results in finished]
    return BY_JAX if by_jax and all(by_jax) else ""


def _report_command(plan: Plan) -> str:
    seeds = ",".join(str(seed) for seed in dict.fromkeys(run.config.seed for run in plan.runs))
    words = [f"--name={plan.report.name}", f"--preset={plan.config.preset}"]
    words += [f"--seeds={seeds}"] if seeds else []
    words += [f"--config.{path}={value}" for path, value in plan.overrides.items()]
    return shlex.join(["python", "-m", "launch.report", *words])


def _describe(outcome: Outcome) -> dict[str, Any]:
    results, run = outcome.results or {}, outcome.run
    metrics, versions = results.get("metrics", {}), results.get("versions", {})
    return {
        "name": run.name,
        "row": run.variant.name,
        "dataset": run.config.dataset,
        "method": run.config.method,
        "preset": run.config.preset,
        "seed": run.config.seed,
        "workdir": str(run.workdir),
        "command": _backend_prefix([results] if results else []) + train_command(run),
        "settings": settings_digest(to_json(run.config)),
        "status": outcome.status,
        "problem": outcome.problem,
        "steps": results.get("steps"),
        "seconds": results.get("seconds"),
        "device": versions.get("device"),
        "commit": versions.get("commit"),
        # JSON has no NaN.
        "metrics": {name: v if math.isfinite(v) else None for name, v in metrics.items()},
    }
