"""The table of a Dask cluster's rates in the docs, written from what was recorded."""

import json
from pathlib import Path
from typing import Any

from benchmarks.page_part import PROJECT, RECORDED, make_table, write_part

RECORD_FILE = RECORDED / "dask_data.json"
PAGE_FILE = PROJECT / "docs" / "benchmarks.md"
_BUILD_HEADS = (
    "workers",
    "trajectories",
    "examples a second",
    "cores that the workers got",
    "seconds in all",
    "ms of a core an example",
    "MiB of the largest worker at its end",
    "load before",
)
_START_HEADS = (
    "workers",
    "seconds until all have joined",
    "seconds of the first small set",
    "seconds of a core a worker, until its first examples are made",
    "load before",
)


def merge(found: dict[str, Any], path: Path = RECORD_FILE) -> dict[str, Any]:
    """Put new rows in the place of recorded ones of the same workers and size.

    Args:
        found: `machine`, `making`, and lists `starts` and `builds` of rows.
        path: the recorded ones; there may be none, and those of another machine are dropped.

    Returns:
        All, as they are to be recorded.
    """
    held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if held.get("machine") != found["machine"]:
        held = {}
    kept = {"machine": found["machine"], "making": found["making"]}
    for name in ("starts", "builds"):
        rows = {_key(row): row for row in [*held.get(name, []), *found[name]]}
        kept[name] = [rows[key] for key in sorted(rows)]
    return kept


def make_tables(recorded: dict[str, Any]) -> str:
    """Lay what was recorded out as the part of the page.

    Args:
        recorded: what `merge` returned.

    Returns:
        Markdown.
    """
    machine, making = recorded["machine"], recorded["making"]
    builds = [
        (
            row["n_workers"],
            f"{row['n_examples']:,}",
            f"{row['examples_per_s']:.0f}",
            f"{row['examples_per_s'] * row['core_ms'] / 1000:.2f}",
            f"{row['seconds']:.0f}",
            f"{row['core_ms']:.1f}",
            f"{row['worker_mib']:.0f}",
            f"{row['load']:.1f}",
        )
        for row in recorded["builds"]
    ]
    starts = [
        (
            row["n_workers"],
            f"{row['joined_secs']:.0f}",
            f"{row['first_set_secs']:.0f}",
            f"{row['core_secs']:.0f}",
            f"{row['load']:.1f}",
        )
        for row in recorded["starts"]
    ]
    drawn, rest = making["drawn_ms"], making["serialised_ms"] - making["drawn_ms"]
    return "\n".join(
        [
            f"Measured on {machine['cores']} cores ({machine['cpu']}, {machine['machine']}) that "
            "other work shared: the workers got the cores of the fourth column only.",
            '"Load before" is the average number of processes that ran or waited in the minute '
            "before.",
            "",
            make_table(_BUILD_HEADS, builds),
            "",
            "The sets of a row's number of workers were made one after the other on one cluster.",
            "",
            make_table(_START_HEADS, starts),
            "",
            f"On a single core, without Dask, an example takes {making['serialised_ms']:.1f} ms: "
            f"{drawn:.1f} ms to draw, {rest:.1f} ms for its PNG files and to serialise.",
        ]
    )


def write_into(page: str, recorded: dict[str, Any]) -> str:
    """Return a page with the part between the marks written anew.

    Args:
        page: Markdown with both marks.
        recorded: what `merge` returned.

    Raises:
        ValueError: if the page lacks the marks.
    """
    return write_part(page, "rates on dask", make_tables(recorded))


def _key(row: dict[str, Any]) -> tuple[int, int]:
    return row["n_workers"], row.get("n_examples", 0)
