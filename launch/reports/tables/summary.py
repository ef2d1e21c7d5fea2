"""From the results of runs to the numbers of a table."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

from ml_collections import ConfigDict

from launch.reports.tables.outcomes import Outcome
from launch.reports.tables.spec import Column, PaperTable

_NAMES = {
    "sps": "SPS_VAE",
    "sps_k0": "SPS_VAE",
    "sps_ae": "SPS_AE",
    "sps_ae_k0": "SPS_AE",
    "beta_vae": "beta-VAE",
    "spice": "SPICE",
}


def label_of(config: ConfigDict) -> str:
    """Name a method as the paper does, with the K that its runs have.

    Args:
        config: the config of a run.

    Returns:
        Such as "SPS_VAE, K = 4", or "SPS_VAE+, K = 4" where there are latents of style.
    """
    name = _NAMES[config.method]
    if not name.startswith("SPS"):
        return name
    plus = "+" if config.model.latent.style else ""
    return f"{name}{plus}, K = {config.model.group.n_transforms}"


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


def summarise_table(table: PaperTable, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Put the runs' numbers beside those of the paper.

    Args:
        table: the paper's table.
        outcomes: the runs; rows are in the order in which they come.

    Returns:
        Plain JSON values: `name`, `caption`, `in_paper`, `columns`, `rows`, `paper_seeds`, `notes`.
    """
    names = dict.fromkeys(outcome.run.row for outcome in outcomes)
    rows = [
        _summarise_row(table, name, [outcome for outcome in outcomes if outcome.run.row == name])
        for name in names
    ]
    columns = [
        {
            "title": column.title,
            "heading": column.heading,
            "metric": column.metric,
            "better": column.better,
            "decimals": column.decimals,
        }
        for column in table.columns
    ]
    return {
        "name": table.name,
        "caption": table.caption,
        "in_paper": table.in_paper,
        "columns": columns,
        "rows": rows,
        "paper_seeds": table.seeds,
        "notes": list(table.notes),
    }


def list_bad_values(outcomes: Sequence[Outcome], metrics: Sequence[str]) -> list[str]:
    """Name the metrics of finished runs that are not finite, which no mean counts.

    Args:
        outcomes: the runs.
        metrics: the metrics of the tables.

    Returns:
        A line for each.
    """
    return [
        f"{metric} of {outcome.run.name} is {value}: it is left out of mean, median and worst"
        for outcome in outcomes
        if outcome.results
        for metric in metrics
        if not math.isfinite(value := outcome.results["metrics"].get(metric, 0.0))
    ]


def list_empty_cells(tables: Sequence[dict[str, Any]]) -> list[str]:
    """Name the metrics that the paper reports for a method and none of its finished runs has.

    Args:
        tables: from `summarise_table`.

    Returns:
        A line for each metric.
    """
    methods_of: dict[str, list[str]] = {}
    for table in tables:
        for row in table["rows"]:
            if not row["n_finished"] or not row["paper"]:
                continue
            for cell, printed in zip(row["cells"], row["paper"]["cells"], strict=True):
                if not cell["values"] and printed and printed["mean"] is not None:
                    methods_of.setdefault(cell["metric"], []).append(row["method"])
    return [
        f"no finished run of {', '.join(methods)} has {metric}, which the paper reports"
        for metric, methods in methods_of.items()
    ]


def _summarise_row(table: PaperTable, name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    finished = [outcome for outcome in outcomes if outcome.status == "finished"]
    seconds = [outcome.results["seconds"] for outcome in finished]
    paper = None
    if name in table.printed:
        cells = [table.cell(name, column) for column in table.columns]
        paper = {
            "label": table.labels[name],
            "cells": [cell and cell._asdict() for cell in cells],
        }
    return {
        "method": name,
        "label": outcomes[0].run.label or label_of(outcomes[0].run.config),
        "n_seeds": len(outcomes),
        "n_finished": len(finished),
        "n_failed": sum(outcome.status == "failed" for outcome in outcomes),
        "seconds": summarise(seconds, "lower"),
        "cells": [_summarise_cell(column, finished) for column in table.columns],
        "paper": paper,
    }


def _summarise_cell(column: Column, finished: list[Outcome]) -> dict[str, Any]:
    values = {
        str(outcome.run.seed): outcome.results["metrics"][column.metric]
        for outcome in finished
        if column.metric in outcome.results["metrics"]
    }
    summary = summarise(list(values.values()), column.better)
    # JSON has no NaN.
    values = {seed: value if math.isfinite(value) else None for seed, value in values.items()}
    return {"metric": column.metric, "values": values, **summary}
