"""A report as files and on the screen."""

import csv
import io
from pathlib import Path
from typing import Any

from sps_tf import files

# A terminal may not have the signs of the files.
_PLAIN = str.maketrans({"±": "+-", "↑": "(up)", "↓": "(down)"})
LEGEND = (
    "Mean ± standard deviation over seeds (of a sample, n - 1); worst: the seed furthest from "
    "the arrow's end. ↑: higher is better, ↓: lower is better. Seconds of training. A dash: none. "
    "Reached: our mean, rounded as the paper's number is printed, is not worse."
)
_PAPER = "PAPER"


def write_report(folder: Path, content: dict[str, Any]) -> None:
    """Write `report.json`, `report.csv` and `report.md`, each in one move.

    Args:
        folder: an existing folder.
        content: from `launch.reports.engine.content.gather`.
    """
    files.write_json(folder / "report.json", content)
    files.write_bytes(folder / "report.csv", format_csv(content).encode())
    files.write_bytes(folder / "report.md", format_markdown(content).encode())


def format_markdown(content: dict[str, Any]) -> str:
    """Lay a report out in Markdown, its columns one below the other for a terminal, too."""
    return _lay_out(content, {})


def format_text(content: dict[str, Any]) -> str:
    """Lay a report out for a terminal, in ASCII."""
    return _lay_out(content, _PLAIN).translate(_PLAIN)


def list_remarks(content: dict[str, Any]) -> list[str]:
    """Say what the runs were made from, which are not in the numbers, and what sets runs apart."""
    runs = content["runs"]
    return [
        *(
            f"{group} of the first finished run: {_join(content[group])}"
            for group in ("data", "versions")
            if content[group]
        ),
        # What is recorded says neither where a run lay nor how it failed there.
        *(_name_run(run, "problem") for run in runs if run["status"] == "failed"),
        *(_name_run(run, "workdir") for run in runs if run["status"] == "missing"),
        *(f"warning: {warning}" for warning in content["warnings"]),
    ]


def _name_run(run: dict[str, Any], detail: str) -> str:
    return ": ".join((run["status"], run["name"], *([run[detail]] if detail in run else [])))


def format_csv(content: dict[str, Any]) -> str:
    """Lay a report out as CSV: a line for each variant and metric, ours and the paper's apart."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    ours = ("n", "mean", "std", "median", "worst")
    writer.writerow(
        ["report", "variant", "label", "metric", "title", "better"]
        + [f"ours_{name}" for name in ours]
        + ["ours_seconds_mean", "ours_n_failed", "paper_label", "paper_mean", "paper_std", "mark"]
    )
    for row in content["rows"]:
        paper = row["paper"] or {"label": None, "cells": [None] * len(row["cells"])}
        for column, cell, printed in zip(
            content["columns"], row["cells"], paper["cells"], strict=True
        ):
            printed = printed or {"mean": None, "std": None, "mark": ""}
            writer.writerow(
                [content["name"], row["name"], row["label"]]
                + [column[name] for name in ("metric", "title", "better")]
                + [cell[name] for name in ours]
                + [row["seconds"]["mean"], row["n_failed"]]
                + [paper["label"], printed["mean"], printed["std"], printed["mark"]]
            )
    return stream.getvalue()


def make_grid(content: dict[str, Any]) -> list[list[str]]:
    """Lay a report out as cells of text: for each variant our rows, then the paper's.

    Args:
        content: its `columns`, `rows` and `paper_seeds` are read.

    Returns:
        Rows of equal length, the heading first.
    """
    decimals = [column["decimals"] for column in content["columns"]]
    headings = [column["heading"] for column in content["columns"]]
    grid = [["variant", "whose", "seeds", "seconds", *headings]]
    for row in content["rows"]:
        grid += _our_rows(row, decimals)
        if row["paper"]:
            cells = [_paper_cell(printed) for printed in row["paper"]["cells"]]
            label, seeds = row["paper"]["label"], content["paper_seeds"]
            grid.append([label, f"{_PAPER}, mean ± std", seeds, "-", *cells])
    return grid


def _lay_out(content: dict[str, Any], signs: dict[int, str]) -> str:
    """Lay a report out; `signs` replace others in the cells before their widths are taken."""
    of_paper = " of the paper" if content["in_paper"] else ""
    parts = [
        f"# {content['title']}{of_paper}: {content['caption']}",
        ". ".join(text for text in (content["settings"], content["remark"]) if text),
        *([lay_out_table(make_grid(content), signs), LEGEND] if content["columns"] else []),
        *content["notes"],
    ]
    if content["picture"]:
        picture = content["picture"]
        parts.append(f"![{picture['caption']}]({picture['file']})\n\n{picture['caption']}")
    remarks = list_remarks(content)
    parts += ["\n".join(f"- {remark}" for remark in remarks)] if remarks else []
    return "\n\n".join(parts) + "\n"


def lay_out_table(grid: list[list[str]], signs: dict[int, str] | None = None) -> str:
    """Lay cells out as a Markdown table whose columns are one below the other.

    Args:
        grid: from `make_grid`.
        signs: what replaces other signs before widths are taken. Default: nothing.
    """
    grid = [[cell.replace("|", "\\|").translate(signs or {}) for cell in row] for row in grid]
    widths = [max(map(len, cells)) for cells in zip(*grid, strict=True)]
    grid.insert(1, ["-" * width for width in widths])
    lines = [" | ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)) for row in grid]
    return "\n".join(f"| {line} |" for line in lines)


def _our_rows(row: dict[str, Any], decimals: list[int]) -> list[list[str]]:
    """Show mean and deviation, then median and worst where there is more than one seed."""
    n_finished = row["n_finished"]
    seeds = f"{n_finished} of {row['n_seeds']}" if row["n_seeds"] else "-"
    seeds += f" ({row['n_failed']} failed)" if row["n_failed"] else ""
    numbers = list(zip((row["seconds"], *row["cells"]), (0, *decimals), strict=True))
    means = [_mean_cell(cell, digits, n_finished) for cell, digits in numbers]
    label = f"{row['name']}: {row['label']}" if row["label"] else row["name"]
    rows = [[label, "ours, mean ± std" if row["n_seeds"] else "ours", seeds, *means]]
    for name in ("median", "worst") if n_finished > 1 else ():
        rows.append(["", f"ours, {name}", "", *(_number(cell[name], d) for cell, d in numbers)])
    return rows


def _paper_cell(printed: dict[str, Any] | None) -> str:
    if printed is None:
        return "-"
    return f"{printed['text']} ({printed['mark']})" if printed["mark"] else printed["text"]


def _mean_cell(cell: dict[str, Any], digits: int, n_finished: int) -> str:
    text = _number(cell["mean"], digits)
    if cell["std"] is not None:
        text += f" ± {_number(cell['std'], digits)}"
    counted = cell["n"] in (0, n_finished) or not n_finished
    return text if counted else f"{text} ({cell['n']} seeds)"


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _join(facts: dict[str, Any]) -> str:
    """Lay the plain facts out in a line; what is nested is in the JSON file."""
    plain = (
        f"{name} {fact}" for name, fact in facts.items() if isinstance(fact, str | int | float)
    )
    return ", ".join(plain)
