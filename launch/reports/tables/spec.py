"""What a table of the paper holds: its columns as metrics of a run, and its numbers."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Column:
    """One column: a metric of `results.json`.

    Args:
        title: heading, in the paper's words where the paper has the column.
        metric: name of the metric.
        better: "higher" or "lower"; the worst seed is at the other end.
        decimals: digits after the point in which our numbers are shown. Default 4.
    """

    title: str
    metric: str
    better: str
    decimals: int = 4

    @property
    def heading(self) -> str:
        """The title with an arrow to the better side."""
        return f"{self.title} {'↑' if self.better == 'higher' else '↓'}"


class Printed(NamedTuple):
    """A number of the paper: as printed, its mean, its standard deviation (None: not given)."""

    text: str
    mean: float | None
    std: float | None


@dataclass(frozen=True)
class PaperTable:
    """One table of the paper.

    Args:
        name: such as "Table 1".
        caption: what it is about.
        columns: its columns, and after them those of ours that the paper does not have.
        labels: the paper's name of each method's row.
        printed: for each method the cells as printed, in the order of the columns; columns
            without a cell are not in the paper.
        seeds: over how many seeds the paper's numbers go, in a few words.
        notes: where the paper's numbers and ours mean different things.
        in_paper: whether the paper has it. Default True.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    labels: dict[str, str] = field(default_factory=dict)
    printed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    seeds: str = ""
    notes: tuple[str, ...] = field(default=())
    in_paper: bool = True

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the paper's table has."""
        return tuple(self.printed)

    def cell(self, method: str, column: Column) -> Printed | None:
        """Return the paper's number, or None where the paper has no such cell."""
        index = self.columns.index(column)
        cells = self.printed.get(method, ())
        return parse_printed(cells[index]) if index < len(cells) else None


def parse_printed(text: str) -> Printed:
    """Read a cell such as `0.999 ± 0.001`, `0.0356` or `N/A`.

    Args:
        text: the cell.

    Returns:
        The cell; its numbers are None where the paper gives none.

    Raises:
        ValueError: if the cell is none of these.
    """
    if text == "N/A":
        return Printed(text, None, None)
    mean, _, std = text.partition(" ± ")
    cell = Printed(text, float(mean), float(std) if std else None)
    if not all(math.isfinite(value) for value in cell[1:] if value is not None):
        raise ValueError(f"A cell of the paper must hold finite numbers. Received: {text!r}")
    return cell
