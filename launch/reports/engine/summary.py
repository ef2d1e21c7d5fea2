"""From the results of runs to the numbers of a report."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

from launch.reports.engine.labels import paper_label
from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.spec import Column, Printed, Report


def summarise(values: Sequence[float], better: str) -> dict[str, Any]:
    """Reduce one metric over seeds.

    Args:
        values: one value a seed; those that are not finite are left out.
        better: "higher" or "lower".

    Returns:
        `n` (values counted), `mean`, `std` (of a sample, n - 1), `median` and `worst`; None
        where there are too few values.
    """
    finite = [value for value in values if math.isfinite(value)]
    worst = min if better == "higher" else max
    return {
        "n": len(finite),
        "mean": statistics.fmean(finite) if finite else None,
        "std": statistics.stdev(finite) if len(finite) > 1 else None,
        "median": statistics.median(finite) if finite else None,
        "worst": worst(finite) if finite else None,
    }


def group_by_variant(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the runs of each variant by its name, in the order in which they come."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.run.variant.name, []).append(outcome)
    return groups


def summarise_rows(report: Report, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Put the runs' numbers beside those of the paper.

    Args:
        report: the report.
        outcomes: its runs.

    Returns:
        A row for each variant, of plain JSON values.
    """
    if report.facts:
        return [_state_facts(report, name, facts) for name, facts in report.facts().items()]
    groups = group_by_variant(outcomes)
    return [_summarise_row(report, name, runs) for name, runs in groups.items()]


def mark(
    column: Column, mean: float | None, printed: Printed | None, has_finished: bool = True
) -> str:
    """Say how our mean compares with the paper's.

    Args:
        column: which side is better.
        mean: ours; None where no run has it.
        printed: the paper's.
        has_finished: whether a run of the row has. Default True.

    Returns:
        "reached" where ours, rounded as the paper's is printed, is not worse, else "missed";
        "not run", "not measured" by runs that have finished, "other unit", or "" where the paper
        gives no number.
    """
    if printed is None or printed.mean is None:
        return ""
    if mean is None:
        return "not measured" if has_finished else "not run"
    if not column.comparable:
        return "other unit"
    places = len(printed.text.partition(" ")[0].partition(".")[2])
    ours, theirs = round(mean, places), printed.mean
    reached = {"higher": ours >= theirs, "lower": ours <= theirs, "equal": mean == theirs}
    return "reached" if reached[column.better] else "missed"


def list_bad_values(report: Report, outcomes: Sequence[Outcome]) -> list[str]:
    """Name the metrics of finished runs that are not finite, which no mean counts.

    Args:
        report: its columns are read.
        outcomes: the runs.

    Returns:
        A line for each.
    """
    return [
        f"{column.metric} of {outcome.run.name} is {value}: it is left out of mean, median and "
        "worst"
        for outcome in outcomes
        if outcome.results
        for column in report.columns
        if not math.isfinite(value := outcome.results["metrics"].get(column.metric, 0.0))
    ]


def list_empty_cells(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Name the metrics that the paper reports for a variant and none of its finished runs has.

    Args:
        rows: from `summarise_rows`.

    Returns:
        A line for each metric.
    """
    names_of: dict[str, list[str]] = {}
    for row in rows:
        if not row["n_finished"] or not row["paper"]:
            continue
        for cell, printed in zip(row["cells"], row["paper"]["cells"], strict=True):
            if not cell["values"] and printed and printed["mean"] is not None:
                names_of.setdefault(cell["metric"], []).append(row["name"])
    return [
        f"no finished run of {', '.join(names)} has {metric}, which the paper reports"
        for metric, names in names_of.items()
    ]


def _summarise_row(report: Report, name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    finished = [outcome for outcome in outcomes if outcome.status == "finished"]
    run = outcomes[0].run
    cells = [_summarise_cell(column, finished) for column in report.columns]
    label = run.variant.paper_label or paper_label(run.variant.method, report.with_style)
    return {
        "name": name,
        "label": run.label,
        "n_seeds": len(outcomes),
        "n_finished": len(finished),
        "n_failed": sum(outcome.status == "failed" for outcome in outcomes),
        "seconds": summarise([outcome.results["seconds"] for outcome in finished], "lower"),
        "cells": cells,
        "paper": _print_row(report, name, label, cells, bool(finished)),
    }


def _state_facts(report: Report, name: str, facts: Sequence[float]) -> dict[str, Any]:
    """Return the row of something that needs no run."""
    cells = [
        {"metric": column.metric, "values": {}, **summarise([value], column.better)}
        for column, value in zip(report.columns, facts, strict=True)
    ]
    return {
        "name": name,
        "label": "",
        **dict.fromkeys(("n_seeds", "n_finished", "n_failed"), 0),
        "seconds": summarise([], "lower"),
        "cells": cells,
        "paper": _print_row(report, name, name, cells),
    }


def _print_row(
    report: Report, name: str, label: str, ours: Sequence[dict[str, Any]], has_finished: bool = True
) -> dict[str, Any] | None:
    """Return the paper's row, each number with its mark; None where the paper has no such row."""
    if name not in report.paper:
        return None
    printed = [report.cell(name, column) for column in report.columns]
    cells = [
        cell and {**cell._asdict(), "mark": mark(column, own["mean"], cell, has_finished)}
        for column, cell, own in zip(report.columns, printed, ours, strict=True)
    ]
    return {"label": label, "cells": cells}


def _summarise_cell(column: Column, finished: list[Outcome]) -> dict[str, Any]:
    values = {
        str(outcome.run.config.seed): outcome.results["metrics"][column.metric]
        for outcome in finished
        if column.metric in outcome.results["metrics"]
    }
    summary = summarise(list(values.values()), column.better)
    # JSON has no NaN.
    values = {seed: value if math.isfinite(value) else None for seed, value in values.items()}
    return {"metric": column.metric, "values": values, **summary}
