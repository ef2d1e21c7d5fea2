"""Runs recorded earlier beside those of a folder: a report grows over machines and days."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from launch.reports.engine.content import BY_JAX, JAX
from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.plan import Plan, PlannedRun, plan_report
from sps_tf.runs.folder import to_json
from sps_tf.runs.settings import settings_digest


def add_recorded(
    plan: Plan, outcomes: Sequence[Outcome], recorded: dict[str, Any] | None
) -> tuple[Plan, list[Outcome]]:
    """Add the finished runs that were recorded earlier and that the folder of runs lacks.

    Args:
        plan: a report, perhaps with a part of its rows or seeds.
        outcomes: its runs.
        recorded: what is recorded of the report with this preset; None for nothing.

    Returns:
        The plan with the rows and seeds of both, and its outcomes. A recorded run is added where
        its settings are those of its row today, by their digest, and the folder has no finished
        run of the row and the seed.
    """
    held = _finished(recorded)
    if not held or not plan.runs:
        return plan, list(outcomes)
    found = {_key(outcome.run): outcome for outcome in outcomes}
    joined = []
    for run in _plan_both(plan, recorded, {seed for _, seed in held}):
        outcome = found.get(_key(run), Outcome(run))
        one = held.get(_key(run))
        if outcome.status != "finished" and one and one["settings"] == _digest(run):
            outcome = Outcome(run, _as_results(one, recorded), recorded=True)
        joined.append(outcome)
    seeds = {run.config.seed for run in plan.runs}
    seeds |= {one.run.config.seed for one in joined if one.status == "finished"}
    joined = [outcome for outcome in joined if outcome.run.config.seed in seeds]
    return plan._replace(runs=[outcome.run for outcome in joined]), joined


def list_dropped(recorded: dict[str, Any] | None, outcomes: Sequence[Outcome]) -> list[str]:
    """Name the recorded runs that a report has no longer, since their rows have other settings.

    Args:
        recorded: what is recorded of the report; None for nothing.
        outcomes: from `add_recorded`.
    """
    kept = {_key(outcome.run) for outcome in outcomes if outcome.status == "finished"}
    return [run["name"] for key, run in _finished(recorded).items() if key not in kept]


def _finished(recorded: dict[str, Any] | None) -> dict[tuple[str, int], dict[str, Any]]:
    runs = recorded["runs"] if recorded else []
    return {(run["row"], run["seed"]): run for run in runs if run["status"] == "finished"}


def _plan_both(plan: Plan, recorded: dict[str, Any], held: set[int]) -> list[PlannedRun]:
    """Plan the rows and the seeds of a plan and of what is recorded, in the report's order."""
    asked = {run.variant.name: run.variant for run in plan.runs}
    rows = {row["name"] for row in recorded["rows"]} | asked.keys()
    own = {v.name: v for v in plan.report.variants if v.name in rows}
    seeds = sorted({run.config.seed for run in plan.runs} | held)
    both = replace(plan.report, variants=tuple((own | asked).values()))
    # The folder of runs does not matter: what is recorded says nothing of it.
    return plan_report(both, plan.config.preset, tuple(seeds), None, plan.overrides).runs


def _key(run: PlannedRun) -> tuple[str, int]:
    return run.variant.name, run.config.seed


def _digest(run: PlannedRun) -> str:
    return settings_digest(to_json(run.config))


def _as_results(held: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """Return what is recorded of a run as its `results.json` had it, as far as it was kept."""
    return {
        "steps": held["steps"],
        "seconds": held["seconds"],
        # JSON has no NaN.
        "metrics": {name: math.nan if v is None else v for name, v in held["metrics"].items()},
        "data": recorded["data"],
        "versions": _versions(held, recorded),
    }


def _versions(held: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """Return the report's versions with what was kept of the run itself."""
    versions = {**(recorded["versions"] or {}), "commit": held["commit"]}
    if "device" in held:  # not in what was recorded before it was kept
        versions["device"] = held["device"]
    if held["command"].startswith(BY_JAX):
        versions.setdefault(JAX, "not kept")
    else:
        versions.pop(JAX, None)
    return versions
