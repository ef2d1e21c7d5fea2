"""How much each trial has tried, for the table at the end of `pytest -m trials`."""

import os
from collections import Counter

_TRIED: Counter[tuple[str, str]] = Counter()


def add(what: str, n: int) -> None:
    """Count what the running trial has tried.

    Args:
        what: "damaged inputs", "kills" or "cut networks".
        n: how many.
    """
    name = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]  # behind it stands the phase
    _TRIED[name, what] += n


def make_table(passed: set[str]) -> list[str]:
    """Lay out what was tried, a line for each trial and sum.

    Args:
        passed: the trials that have passed.
    """
    rows = [
        (name.rpartition("::")[2], what, n, "held" if name in passed else "failed")
        for (name, what), n in _TRIED.items()
    ]
    kinds = dict.fromkeys(what for _, what in _TRIED)
    sums = [("all", kind, sum(row[2] for row in rows if row[1] == kind), "") for kind in kinds]
    return [f"{n:>6} {what:<16}{held:<8}{name}" for name, what, n, held in [*rows, *sums]]
