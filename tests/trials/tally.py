"""How much each trial has tried, and how it ended."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

_TRIED: defaultdict[str, Counter[str]] = defaultdict(Counter)


def add(what: str, n: int) -> None:
    """Count what the running trial has tried.

    Args:
        what: "damaged inputs", "kills", "interrupts", "cut networks" or "undisturbed builds".
        n: how many.
    """
    name = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]  # behind it stands the phase
    _TRIED[name][what] += n


def make_rows(reports: Iterable[Any], commit: str, date: str) -> list[dict[str, Any]]:
    """Sum up what pytest reports and what was counted, a row for each trial.

    Args:
        reports: pytest's, of all phases; trials that were broken off are left out.
        commit: that the trials ran on.
        date: the day.

    Returns:
        Rows with `trial` (pytest's name of it), `outcome` ("held", "failed" or "not run"), `why`
        it did not run, `tried`, `seconds`, `commit` and `date`.
    """
    phases = defaultdict(list)
    for report in reports:
        phases[report.nodeid].append(report)
    rows = []
    for name, parts in phases.items():
        failed = any(part.failed for part in parts)
        skipped = [part for part in parts if part.skipped]
        if not (failed or skipped or any(part.when == "call" for part in parts)):
            continue
        rows.append(
            {
                "trial": name,
                "outcome": "failed" if failed else "not run" if skipped else "held",
                "why": skipped[0].longrepr[2].removeprefix("Skipped: ") if skipped else "",
                "tried": {what: n for what, n in _TRIED[name].items() if n},
                "seconds": round(sum(part.duration for part in parts), 1),
                "commit": commit,
                "date": date,
            }
        )
    return rows
