"""What became of each run of a report, and what keeps runs from being compared."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from launch.reports.engine.plan import PlannedRun
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.settings import list_differences

_IDENTITY = ("dataset", "method", "preset", "seed")
_SHOWN_CHARACTERS = 60
# A fact about one run, which differs between runs as their results do.
_OF_ONE_RUN = "calibration"


@dataclass(frozen=True)
class Outcome:
    """What became of one run.

    Args:
        run: the run.
        results: what its `results.json` holds; None unless it has finished.
        problem: why it failed. Default "".
        recorded: whether the results are what was recorded of a run that is not in its folder.
            Default False.
    """

    run: PlannedRun
    results: dict[str, Any] | None = None
    problem: str = ""
    recorded: bool = False

    @property
    def status(self) -> str:
        """`finished`, `failed` or `missing`."""
        if self.problem:
            return "failed"
        return "missing" if self.results is None else "finished"


def find_conflict(run: PlannedRun) -> str:
    """Say how the folder of a run contradicts its settings.

    Args:
        run: the run.

    Returns:
        A line; empty where the folder is free or has these settings.
    """
    try:
        held = to_json(Run(run.workdir).read_config())
    except UserError as error:
        exists = (run.workdir.expanduser() / "config.json").exists()
        return str(error) if exists else ""
    differences = list_differences(held, to_json(run.config))
    if not differences:
        return ""
    return (
        f"{run.workdir} belongs to a run with other settings ({'; '.join(differences)}). Repeat "
        "those, or name another folder of runs with --runs."
    )


def read_outcome(run: PlannedRun, problem: str = "") -> Outcome:
    """Read the results of a run.

    Args:
        run: the run.
        problem: what is known to have gone wrong with it. Default "": nothing.

    Returns:
        The outcome. Results that are damaged, or are those of another run, count as failed.
    """
    if problem:
        return Outcome(run, problem=problem)
    try:
        results = Run(run.workdir).read_results()
    except UserError as error:
        return Outcome(run, problem=str(error))
    if results is None:
        return Outcome(run)
    for key in _IDENTITY:
        if results[key] != run.config[key]:
            return Outcome(
                run,
                problem=f"{run.workdir} holds the results of another run: its {key} is "
                f"{results[key]!r}",
            )
    if not _is_well_formed(results):
        return Outcome(run, problem=f"{run.workdir}/results.json holds values of wrong types")
    return Outcome(run, results)


def _is_well_formed(results: dict[str, Any]) -> bool:
    groups = [results[name] for name in ("metrics", "data", "config", "versions")]
    return (
        all(isinstance(group, dict) for group in groups)
        and all(_is_number(value) for value in results["metrics"].values())
        and _is_number(results["seconds"])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def list_warnings(outcomes: Sequence[Outcome]) -> list[str]:
    """Name what the finished runs do not have in common but should.

    Args:
        outcomes: all runs of the report.

    Returns:
        A line for settings other than asked for, of the same runs; for each version or device in
        which runs differ; and for each fact about the data in which runs differ that asked for
        the same. Of runs recorded earlier, which kept no more than their numbers, it says so.
    """
    kept = [outcome for outcome in outcomes if outcome.recorded]
    finished = [
        outcome for outcome in outcomes if outcome.status == "finished" and not outcome.recorded
    ]
    names_of: dict[str, list[str]] = {}
    for outcome in finished:
        asked = to_json(outcome.run.config)
        for difference in list_differences(outcome.results["config"], asked):
            names_of.setdefault(difference, []).append(outcome.run.name)
    differences_of: dict[tuple[str, ...], list[str]] = {}
    for difference, names in names_of.items():
        differences_of.setdefault(tuple(names), []).append(difference)
    warnings = [
        f"other settings than asked for: {'; '.join(differences)} ({', '.join(names)})"
        for names, differences in differences_of.items()
    ]
    warnings += _compare_all(finished, "versions")
    of_data: dict[str, list[Outcome]] = {}
    for outcome in finished:
        asked = json.dumps(to_json(outcome.run.config)["data"], sort_keys=True)
        of_data.setdefault(asked, []).append(outcome)
    for outcomes_of_data in of_data.values():
        warnings += _compare_all(outcomes_of_data, "data")
    if kept:
        names = ", ".join(outcome.run.name for outcome in kept)
        warnings.append(f"recorded earlier, with the settings that their rows have today: {names}")
    return warnings


def _compare_all(finished: list[Outcome], group: str) -> list[str]:
    """Name each entry of a group of the results in which runs differ."""
    keys = dict.fromkeys(key for outcome in finished for key in outcome.results[group])
    keys.pop(_OF_ONE_RUN, None)
    return [line for key in keys if (line := _compare(finished, group, key))]


def _compare(finished: list[Outcome], group: str, key: str) -> str:
    """Name the values of one entry of the results with the runs of each; "" for a single one."""
    names_of: dict[str, list[str]] = {}
    for outcome in finished:
        value = json.dumps(outcome.results[group].get(key), sort_keys=True)
        names_of.setdefault(value, []).append(outcome.run.name)
    if len(names_of) == 1:
        return ""
    largest = max(names_of.values(), key=len)
    parts = [
        f"{_shorten(value)} ({'the others' if names is largest else ', '.join(names)})"
        for value, names in sorted(names_of.items(), key=lambda item: len(item[1]))
    ]
    return f"the runs differ in {group}.{key}: {'; '.join(parts)}"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."
