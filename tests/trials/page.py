"""The page of what was tried, written from what the trials have recorded."""

import ast
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.page_part import PROJECT, RECORDED, make_table, write_part

RECORD_FILE = RECORDED / "trials.json"
PAGE_FILE = PROJECT / "docs" / "faults.md"
HERE = Path(__file__).parent
TABLES = {
    "kills": ("test_kills.py", "test_interrupts.py", "test_cluster_faults.py"),
    "damaged inputs": ("test_mutated_inputs.py",),
}


def find_trials(file: str) -> dict[str, str]:
    """Return what the trials of a file try: the docstrings, by their names in pytest."""
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return {
        f"tests/trials/{file}::{node.name}": ast.get_docstring(node) or ""
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def read_recorded(path: Path = RECORD_FILE) -> list[dict[str, Any]]:
    """Return the recorded rows; none where nothing was recorded."""
    return json.loads(path.read_text(encoding="utf-8"))["trials"] if path.is_file() else []


def merge(rows: list[dict[str, Any]], recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put new rows in the place of recorded ones of the same trials.

    Args:
        rows: from `tally.make_rows`.
        recorded: from `read_recorded`; those of trials that are no more are dropped.
    """
    there = [name for files in TABLES.values() for file in files for name in find_trials(file)]
    by_name = {row["trial"]: row for row in [*recorded, *rows]}
    kept = [row for name, row in by_name.items() if _function(name) in there]
    return sorted(kept, key=lambda row: (there.index(_function(row["trial"])), row["trial"]))


def write_into(page: str, recorded: list[dict[str, Any]]) -> str:
    """Return the page with its tables written anew.

    Args:
        page: Markdown, with the marks of each of `TABLES`.
        recorded: from `merge`.
    """
    for name, files in TABLES.items():
        trials = {key: text for file in files for key, text in find_trials(file).items()}
        page = write_part(page, name, _lay_out(trials, recorded))
    return page


def _lay_out(trials: dict[str, str], recorded: list[dict[str, Any]]) -> str:
    """Return the table of some trials: a line for each, "not run" where none is recorded."""
    lines, total = [], Counter()
    for name, text in trials.items():
        rows = [row for row in recorded if _function(row["trial"]) == name]
        tried = sum_up(rows)
        total += tried
        secs = f"{sum(row['seconds'] for row in rows):,.0f}" if rows else ""
        when = [_distinct(rows, key) for key in ("commit", "date")]
        lines.append((*_parts(text), _say(tried), _judge(rows), secs, *when))
    heads = ["kind", "what must hold", "tried", "held", "seconds", "commit", "date"]
    if not any(line[1] for line in lines):
        heads, lines = [heads[0], *heads[2:]], [(line[0], *line[2:]) for line in lines]
    return f"{make_table(heads, lines)}\n\nIn all: {_say(total) or 'nothing'}."


def _parts(text: str) -> Sequence[str]:
    kind, _, held = " ".join(text.split()).rstrip(".").partition(": ")
    return kind, held


def _judge(rows: list[dict[str, Any]]) -> str:
    """Return what the worst of a trial's rows says."""
    for outcome, said in (("failed", "**no**"), ("not run", "**not run**"), ("held", "yes")):
        for row in rows:
            if row["outcome"] == outcome:
                return f"{said}: {row['why']}" if row["why"] else said
    return "**not run**"


def sum_up(rows: list[dict[str, Any]]) -> Counter[str]:
    """Return how much was tried, by what it is."""
    return sum((Counter(row["tried"]) for row in rows), Counter())


def _say(tried: Counter[str]) -> str:
    return ", ".join(f"{n:,} {what if n > 1 else what[:-1]}" for what, n in sorted(tried.items()))


def _distinct(rows: list[dict[str, Any]], key: str) -> str:
    return ", ".join(dict.fromkeys(row[key] for row in rows))


def _function(name: str) -> str:
    return name.partition("[")[0]
