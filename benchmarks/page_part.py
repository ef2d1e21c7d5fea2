"""Parts of the docs' pages that are written by commands, from what was recorded."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
RECORDED = PROJECT / "benchmarks" / "recorded"


def write_part(page: str, name: str, text: str) -> str:
    """Return a page with one part written anew.

    Args:
        page: Markdown with `<!-- NAME -->` and `<!-- end of NAME -->` once.
        name: of the part.
        text: Markdown that is to stand between the two.

    Raises:
        ValueError: if the page lacks the marks, or has them twice.
    """
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    written, n_places = place.subn(lambda found: f"{found[1]}{text}\n{found[2]}", page)
    if n_places != 1:
        raise ValueError(f"The page needs one place for the {name}. Received: {n_places}")
    return written


def make_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Lay rows out as a table in Markdown.

    Args:
        heads: what stands above the columns.
        rows: a cell for each column.
    """
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
