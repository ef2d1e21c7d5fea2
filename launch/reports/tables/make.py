"""One table from plan to files: train, read, compare, write."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from launch.reports.tables import summary
from launch.reports.tables.figure import draw_figure
from launch.reports.tables.outcomes import Outcome, find_conflict, list_warnings, read_outcome
from launch.reports.tables.plan import PlannedRun
from launch.reports.tables.processes import make_folder, train_runs
from launch.reports.tables.report import format_text, list_remarks, write_report
from launch.reports.tables.spec import PaperTable
from sps_tf.errors import UserError

# Of outcomes, the folder of the table and that of the data sets: see `figure.py`.
Draw = Callable[[Sequence[Outcome], Path, str | None], dict[str, str] | None]


def make_table(
    runs: Sequence[PlannedRun],
    tables: Sequence[PaperTable],
    folder: Path,
    data_dir: str | None = None,
    n_processes: int = 0,
    draw: Draw | None = draw_figure,
) -> int:
    """Make tables over runs, print them, and leave them in a folder.

    Args:
        runs: the runs.
        tables: what the tables hold.
        folder: where the table's files go; made where it is missing.
        data_dir: folder of the data sets. Default None: TFDS's own default.
        n_processes: how many runs are trained side by side. Default 0: none is trained.
        draw: draws the figure that goes with them, None for none. Default: Figure 3, where it does.

    Returns:
        The exit status: 1 if a run failed, else 0.

    Raises:
        UserError: if no run has finished and none was to be trained, or a file cannot be written.
    """
    problems = _train(runs, folder, data_dir, n_processes) if n_processes else {}
    outcomes = [read_outcome(run, problems.get(run.name, "")) for run in runs]
    if all(outcome.status == "missing" for outcome in outcomes):
        raise UserError(
            f"None of the {len(runs)} runs has finished; the first would be {runs[0].workdir}. "
            "Without --train=false they are trained."
        )
    make_folder(folder)
    report = make_report(tables, outcomes)
    report["figure"] = draw(outcomes, folder, data_dir) if draw else None
    write_report(folder, report)
    print(format_text(report))
    for remark in list_remarks(report):
        print(remark)
    print(f"written: {folder}/table.json, table.csv, table.md")
    return int(any(outcome.status == "failed" for outcome in outcomes))


def make_report(tables: Sequence[PaperTable], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Gather all that is to be said about runs.

    Args:
        tables: what the tables hold.
        outcomes: the runs.

    Returns:
        Plain JSON values, as `table.json` holds them; `figure` is None.
    """
    config = outcomes[0].run.config
    summaries = [summary.summarise_table(table, outcomes) for table in tables]
    metrics = dict.fromkeys(column.metric for table in tables for column in table.columns)
    finished = [outcome.results for outcome in outcomes if outcome.status == "finished"]
    return {
        "title": _title(outcomes[0].run),
        "dataset": config.dataset,
        "preset": config.preset,
        "split": config.evaluation.split,
        "overrides": outcomes[0].run.overrides,
        "tables": summaries,
        "figure": None,
        "warnings": [
            *list_warnings(outcomes),
            *summary.list_bad_values(outcomes, list(metrics)),
            *summary.list_empty_cells(summaries),
        ],
        "versions": finished[0]["versions"] if finished else None,
        "data": finished[0]["data"] if finished else None,
        "runs": [_describe(outcome) for outcome in outcomes],
    }


def _train(
    runs: Sequence[PlannedRun], folder: Path, data_dir: str | None, n_processes: int
) -> dict[str, str]:
    """Train what has not finished; return what went wrong by the name of the run."""
    logs = folder / "logs"
    make_folder(logs)
    problems = {run.name: conflict for run in runs if (conflict := find_conflict(run))}
    left = [
        run for run in runs if run.name not in problems and read_outcome(run).status == "missing"
    ]
    print(f"{len(runs)} runs in the table, {len(left)} of them to be trained.", flush=True)
    if not left:
        return problems
    problems |= train_runs(left, n_processes, data_dir, logs)
    for run in left:
        if run.name not in problems and read_outcome(run).status == "missing":
            problems[run.name] = "ended without results"
    return problems


def _title(run: PlannedRun) -> str:
    config = run.config
    parts = [config.dataset, f"preset {config.preset}"]
    if config.evaluation.split != "test":
        parts.append(f"split {config.evaluation.split}")
    parts += [f"{path} = {value}" for path, value in run.overrides.items()]
    return ", ".join(parts)


def _describe(outcome: Outcome) -> dict[str, Any]:
    results = outcome.results or {}
    metrics = results.get("metrics", {})
    return {
        "name": outcome.run.name,
        "method": outcome.run.method,
        "seed": outcome.run.seed,
        "workdir": str(outcome.run.workdir),
        "status": outcome.status,
        "problem": outcome.problem,
        "seconds": results.get("seconds"),
        # JSON has no NaN.
        "metrics": {name: v if math.isfinite(v) else None for name, v in metrics.items()},
    }
