"""Reports from plan to files: train, read, compare, draw, write."""

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launch.reports.engine import summary
from launch.reports.engine.outcomes import Outcome, find_conflict, list_warnings, read_outcome
from launch.reports.engine.plan import Plan, PlannedRun
from launch.reports.engine.processes import make_folder, train_runs
from launch.reports.engine.spec import Report
from launch.reports.engine.write import format_text, write_report
from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.folder import Run

_PICTURE_FILE = "report.png"


def make_reports(
    plans: Sequence[Plan], root: Path, data_dir: str | None = None, n_processes: int = 0
) -> int:
    """Make reports: train their runs, then print each report and leave it in a folder of its own.

    Args:
        plans: the reports and their runs.
        root: folder of all runs; a report goes to `<root>/reports/<name>_<preset>`.
        data_dir: folder of the data sets. Default None: TFDS's own default.
        n_processes: how many runs are trained side by side. Default 0: none is trained.

    Returns:
        The exit status: 1 if a run failed, else 0.

    Raises:
        UserError: if no run has finished and none was to be trained, or a file cannot be written.
    """
    if n_processes:
        make_folder(root / "reports")
    problems = _train(plans, data_dir, n_processes) if n_processes else {}
    found = {
        plan.report.name: [read_outcome(run, problems.get(run.workdir, "")) for run in plan.runs]
        for plan in plans
    }
    outcomes = [outcome for own in found.values() for outcome in own]
    if all(outcome.status == "missing" for outcome in outcomes):
        raise UserError(
            f"None of the {len(_distinct(plans))} runs has finished; the first would be "
            f"{outcomes[0].run.workdir}. Without --train=false they are trained."
        )
    for plan in plans:
        own = found[plan.report.name]
        if all(outcome.status == "missing" for outcome in own):
            print(f"{plan.report.name}: none of its {len(own)} runs has finished.\n")
        else:
            _make_report(plan.report, own, root, data_dir)
    return int(any(outcome.status == "failed" for outcome in outcomes))


def gather(report: Report, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Gather all that is to be said about a report's runs.

    Args:
        report: the report.
        outcomes: its runs.

    Returns:
        Plain JSON values, as `report.json` holds them; `picture` is None.
    """
    run, rows = outcomes[0].run, summary.summarise_rows(report, outcomes)
    finished = [outcome.results for outcome in outcomes if outcome.status == "finished"]
    return {
        "name": report.name,
        "title": report.title,
        "caption": report.caption,
        "in_paper": report.in_paper,
        "settings": _settings(run),
        "dataset": report.dataset,
        "preset": run.config.preset,
        "split": run.config.evaluation.get("split", "test"),
        "overrides": run.overrides,
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
        "versions": finished[0]["versions"] if finished else None,
        "data": finished[0]["data"] if finished else None,
        "runs": [_describe(outcome) for outcome in outcomes],
    }


def show_plans(plans: Sequence[Plan]) -> None:
    """Print what would be trained."""
    states = {run.workdir: _state(run) for run in _distinct(plans)}
    for plan in plans:
        print(f"{plan.report.name}: {_settings(plan.runs[0])}")
        for run in plan.runs:
            print(f"  {run.name}: {states[run.workdir]}")
    n_left = sum(state.startswith("to be trained") for state in states.values())
    print(f"{len(states)} runs, {n_left} of them to be trained.")


def _make_report(
    report: Report, outcomes: Sequence[Outcome], root: Path, data_dir: str | None
) -> None:
    """Write and print one report."""
    folder = root / "reports" / f"{report.name}_{outcomes[0].run.config.preset}"
    make_folder(folder)
    content = gather(report, outcomes)
    if report.picture:
        from launch.reports.engine import pictures

        drawn = getattr(pictures, report.picture)(report, outcomes, data_dir, **report.settings)
        if drawn is not None:
            picture, caption = drawn
            files.write_png(folder / _PICTURE_FILE, picture)
            content["picture"] = {"file": _PICTURE_FILE, "caption": caption}
    write_report(folder, content)
    print(format_text(content))
    print(f"written: {folder}/report.md, report.csv, report.json\n", flush=True)


def _train(plans: Sequence[Plan], data_dir: str | None, n_processes: int) -> dict[Path, str]:
    """Train what has not finished; return what went wrong by the folder of the run."""
    runs = _distinct(plans)
    problems = {run.workdir: conflict for run in runs if (conflict := find_conflict(run))}
    left = [
        run for run in runs if run.workdir not in problems and read_outcome(run).status == "missing"
    ]
    print(f"{len(runs)} runs, {len(left)} of them to be trained.", flush=True)
    if not left:
        return problems
    problems |= train_runs(left, n_processes, data_dir)
    for run in left:
        if run.workdir not in problems and read_outcome(run).status == "missing":
            problems[run.workdir] = "ended without results"
    return problems


def _distinct(plans: Sequence[Plan]) -> list[PlannedRun]:
    """Return each run once, also where several reports have it."""
    runs: dict[Path, PlannedRun] = {}
    for plan in plans:
        for run in plan.runs:
            runs.setdefault(run.workdir, run)
    return list(runs.values())


def _state(run: PlannedRun) -> str:
    conflict = find_conflict(run)
    outcome = read_outcome(run, conflict)
    if outcome.status != "missing":
        return outcome.status + (f": {outcome.problem}" if outcome.problem else "")
    kept = list_checkpoints(Run(run.workdir).checkpoints)
    step = f", from step {kept[0][0]}" if kept else ""
    return f"to be trained{step}: {run.config.steps} steps in {run.workdir}"


def _settings(run: PlannedRun) -> str:
    config = run.config
    parts = [config.dataset, f"preset {config.preset}"]
    if config.evaluation.get("split", "test") != "test":
        parts.append(f"split {config.evaluation.split}")
    parts += [f"{path} = {value}" for path, value in run.overrides.items()]
    return ", ".join(parts)


def _describe(outcome: Outcome) -> dict[str, Any]:
    results, run = outcome.results or {}, outcome.run
    metrics = results.get("metrics", {})
    return {
        "name": run.name,
        "method": run.config.method,
        "seed": run.config.seed,
        "workdir": str(run.workdir),
        "status": outcome.status,
        "problem": outcome.problem,
        "seconds": results.get("seconds"),
        # JSON has no NaN.
        "metrics": {name: v if math.isfinite(v) else None for name, v in metrics.items()},
    }
