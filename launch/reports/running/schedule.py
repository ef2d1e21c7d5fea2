"""What runs cost, and the order that gives a partial report early."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from launch.reports.engine.plan import Plan, PlannedRun
from launch.reports.writing.recorded import list_recorded
from sps_tf.errors import UserError
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.history import read_looks
from sps_tf.runs.settings import settings_digest

_KIND = ("dataset", "preset", "method")


class Finished(NamedTuple):
    """How long a run took for its steps, and of what kind it was.

    `settings` is a digest of all settings; empty for a run that has not finished, by its last look
    at the test split.
    """

    dataset: str
    preset: str
    method: str
    settings: str
    steps: int
    seconds: float


def read_finished(runs: Sequence[PlannedRun]) -> list[Finished]:
    """Read how long runs took, those beside the planned ones and those recorded.

    Args:
        runs: the planned runs; folders beside theirs are read.
    """
    found = []
    for folder in sorted({run.workdir.expanduser().parent for run in runs}):
        for path in sorted(folder.glob("*/config.json")):
            try:
                found += _read_time(Run(path.parent))
            except (UserError, TypeError, ValueError, KeyError, AttributeError):
                continue  # it is named where its report reads it
    found += [
        Finished(*(run[name] for name in Finished._fields))
        for content in list_recorded()
        for run in content["runs"]
        if run["seconds"] and _is_of_cpu(run)
    ]
    return found


def _is_of_cpu(recorded: dict[str, Any]) -> bool:
    """Say whether a recorded run was trained without a GPU, whose pace is not this machine's."""
    return (recorded.get("device") or "CPU").startswith("CPU")


def _read_time(run: Run) -> list[Finished]:
    """Return what a run tells of time: nothing before its first look."""
    results = run.read_results()
    if results is not None:
        kind = (results[name] for name in _KIND)
        settings = settings_digest(results["config"])
        return [Finished(*kind, settings, int(results["steps"]), float(results["seconds"]))]
    config, looks = run.read_config(), read_looks(run.history)
    if not looks or not looks[-1].step:
        return []
    return [Finished(*(config[name] for name in _KIND), "", looks[-1].step, looks[-1].seconds)]


def estimate(run: PlannedRun, finished: Iterable[Finished]) -> float | None:
    """Estimate the seconds that are left of a run.

    Of runs with the same settings the mean; else the run's steps at the mean pace of those with
    the same data set, preset and method, else of the same data set and preset.

    Args:
        run: a run that has not finished.
        finished: see `read_finished`.

    Returns:
        Seconds; None where nothing of the kind has been measured.
    """
    config = to_json(run.config)
    digest = settings_digest(config)
    alike = [one.seconds for one in finished if one.settings == digest]
    kept = list_checkpoints(Run(run.workdir).checkpoints)
    left = 1 - (kept[0][0] / config["steps"] if kept and config["steps"] else 0)
    if alike:
        return left * sum(alike) / len(alike)
    for names in (_KIND, _KIND[:2]):
        paces = [
            one.seconds / one.steps
            for one in finished
            if one.steps and all(getattr(one, name) == config[name] for name in names)
        ]
        if paces:
            return left * config["steps"] * sum(paces) / len(paces)
    return None


def order_runs(plans: Sequence[Plan], finished: Sequence[Finished]) -> list[PlannedRun]:
    """Return each run once: every row's first seed, the cheap before the dear, then the next seeds.

    Args:
        plans: reports and their runs; a run may belong to several.
        finished: see `read_finished`; what it does not tell is ordered by steps.
    """
    runs: dict[Path, PlannedRun] = {}
    rank: dict[Path, int] = {}
    for plan in plans:
        seeds = list(dict.fromkeys(run.config.seed for run in plan.runs))
        for run in plan.runs:
            runs.setdefault(run.workdir, run)
            place = seeds.index(run.config.seed)
            rank[run.workdir] = min(place, rank.get(run.workdir, place))
    # Where a pace is not known, that of all that are: runs of unknown cost keep their place.
    pace = _mean([one.seconds / one.steps for one in finished if one.steps]) or 1.0
    cost = {
        path: found if (found := estimate(run, finished)) is not None else pace * run.config.steps
        for path, run in runs.items()
    }
    return sorted(runs.values(), key=lambda run: (rank[run.workdir], cost[run.workdir]))


def describe_cost(
    left: Sequence[PlannedRun], finished: Sequence[Finished], n_processes: int
) -> str:
    """Say how long runs will take.

    Args:
        left: the runs that have not finished.
        finished: see `read_finished`.
        n_processes: how many go side by side.

    Returns:
        Such as "about 9 h on 2 cores; not known of 3 runs"; empty where nothing is left.
    """
    seconds = [estimate(run, finished) for run in left]
    known = [value for value in seconds if value is not None]
    parts = []
    if known:
        hours = sum(known) / max(1, n_processes) / 3600
        time = f"{hours:.0f} h" if hours >= 10 else f"{hours:.1f} h"
        time = f"{60 * hours:.0f} min" if hours < 1 else time
        side = f", {n_processes} at a time" if n_processes > 1 else ""
        parts.append(f"about {time} on {os.cpu_count()} cores{side}")
    if unknown := len(seconds) - len(known):
        parts.append(f"time not known of {unknown} run{'s' if unknown > 1 else ''}")
    return "; ".join(parts)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
