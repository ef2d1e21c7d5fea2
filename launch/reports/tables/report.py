"""The tables as files and on the screen."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sps_tf import files

# A terminal may not have the signs of the files.
_PLAIN = str.maketrans({"±": "+-", "↑": "(up)", "↓": "(down)"})
_LEGEND = (
    "Mean ± standard deviation over seeds (of a sample, n - 1); worst: the seed furthest from "
    "the arrow's end. ↑: higher is better, ↓: lower is better. Seconds of training. A dash: none."
)
_PAPER = "PAPER"


def write_report(folder: Path, report: dict[str, Any]) -> None:
    """Write `table.json`, `table.csv` and `table.md`, each in one move.

    Args:
        folder: an existing folder.
        report: plain JSON values: `title`, `tables` (from `launch.reports.tables.summary`), `runs`,
            `warnings`, `data` and `versions` (of one run, or None), `figure` (None, or `file` and
            `caption`).
    """
    files.write_json(folder / "table.json", report)
    files.write_bytes(folder / "table.csv", format_csv(report["tables"]).encode())
    files.write_bytes(folder / "table.md", format_markdown(report).encode())


def format_markdown(report: dict[str, Any]) -> str:
    """Lay a report out in Markdown."""
    parts = [f"# {report['title']}", _LEGEND]
    for table in report["tables"]:
        grid = make_grid(table)
        lines = [grid[0], ["---"] * len(grid[0]), *grid[1:]]
        parts.append(f"## {_heading(table)}")
        parts.append("\n".join(f"| {' | '.join(_escape(row))} |" for row in lines))
        parts += table["notes"]
    if report["figure"]:
        figure = report["figure"]
        parts.append(f"![{figure['caption']}]({figure['file']})\n\n{figure['caption']}")
    remarks = list_remarks(report)
    if remarks:
        parts.append("\n".join(f"- {remark}" for remark in remarks))
    return "\n\n".join(parts) + "\n"


def format_text(report: dict[str, Any]) -> str:
    """Lay a report out for a terminal, in ASCII."""
    parts = [report["title"], _LEGEND]
    for table in report["tables"]:
        grid = [[cell.translate(_PLAIN) for cell in row] for row in make_grid(table)]
        widths = [max(map(len, cells)) for cells in zip(*grid, strict=True)]
        lines = ["  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)) for row in grid]
        parts.append("\n".join([_heading(table), *(line.rstrip() for line in lines)]))
        parts += table["notes"]
    return "\n\n".join(parts).translate(_PLAIN)


def list_remarks(report: dict[str, Any]) -> list[str]:
    """Say what the runs were made from, which are not in the numbers, and what sets runs apart."""
    runs = report["runs"]
    return [
        *(
            f"{group} of the first finished run: {_join(report[group])}"
            for group in ("data", "versions")
            if report[group]
        ),
        *(f"failed: {run['name']}: {run['problem']}" for run in runs if run["status"] == "failed"),
        *(
            f"missing: {run['name']}: {run['workdir']}"
            for run in runs
            if run["status"] == "missing"
        ),
        *(f"warning: {warning}" for warning in report["warnings"]),
    ]


def format_csv(tables: Sequence[dict[str, Any]]) -> str:
    """Lay tables out as CSV: a line for each method and metric, ours and the paper's apart."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    ours = ("n", "mean", "std", "median", "worst")
    writer.writerow(
        ["table", "method", "label", "metric", "title", "better"]
        + [f"ours_{name}" for name in ours]
        + ["ours_seconds_mean", "ours_n_failed", "paper_label", "paper_mean", "paper_std"]
    )
    for table in tables:
        for row in table["rows"]:
            paper = row["paper"] or {"label": None, "cells": [None] * len(row["cells"])}
            for column, cell, printed in zip(
                table["columns"], row["cells"], paper["cells"], strict=True
            ):
                printed = printed or {"mean": None, "std": None}
                writer.writerow(
                    [table["name"], row["method"], row["label"]]
                    + [column[name] for name in ("metric", "title", "better")]
                    + [cell[name] for name in ours]
                    + [row["seconds"]["mean"], row["n_failed"]]
                    + [paper["label"], printed["mean"], printed["std"]]
                )
    return stream.getvalue()


def make_grid(table: dict[str, Any]) -> list[list[str]]:
    """Lay a table out as cells of text: for each method our rows, then the paper's.

    Args:
        table: from `launch.reports.tables.summary.summarise_table`.

    Returns:
        Rows of equal length, the heading first.
    """
    headings = [column["heading"] for column in table["columns"]]
    grid = [["method", "whose", "seeds", "seconds", *headings]]
    for row in table["rows"]:
        grid += _our_rows(row, [column["decimals"] for column in table["columns"]])
        if row["paper"]:
            cells = [printed["text"] if printed else "-" for printed in row["paper"]["cells"]]
            label, seeds = row["paper"]["label"], table["paper_seeds"]
            grid.append([label, f"{_PAPER}, mean ± std", seeds, "-", *cells])
    return grid


def _our_rows(row: dict[str, Any], decimals: list[int]) -> list[list[str]]:
    """Show mean and deviation, then median and worst where there is more than one seed."""
    n_finished = row["n_finished"]
    seeds = f"{n_finished} of {row['n_seeds']}"
    seeds += f" ({row['n_failed']} failed)" if row["n_failed"] else ""
    cells = [
        _mean_cell(cell, digits, n_finished)
        for cell, digits in zip(row["cells"], decimals, strict=True)
    ]
    seconds = _mean_cell(row["seconds"], 0, n_finished)
    title = f"{row['method']}: {row['label']}"
    rows = [[title, "ours, mean ± std", seeds, seconds, *cells]]
    for name in ("median", "worst") if n_finished > 1 else ():
        values = [
            _number(cell[name], digits) for cell, digits in zip(row["cells"], decimals, strict=True)
        ]
        rows.append(["", f"ours, {name}", "", _number(row["seconds"][name], 0), *values])
    return rows


def _mean_cell(cell: dict[str, Any], digits: int, n_finished: int) -> str:
    text = _number(cell["mean"], digits)
    if cell["std"] is not None:
        text += f" ± {_number(cell['std'], digits)}"
    return text if cell["n"] in (0, n_finished) else f"{text} ({cell['n']} seeds)"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _join(facts: dict[str, Any]) -> str:
    """Lay the plain facts out in a line; what is nested is in the JSON file."""
    plain = (
        f"{name} {fact}" for name, fact in facts.items() if isinstance(fact, str | int | float)
    )
    return ", ".join(plain)


def _heading(table: dict[str, Any]) -> str:
    name = f"{table['name']} of the paper" if table["in_paper"] else table["name"]
    return f"{name}: {table['caption']}"


def _escape(row: list[str]) -> list[str]:
    return [cell.replace("|", "\\|") for cell in row]
