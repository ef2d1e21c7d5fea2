"""What a report is: runs to compare, what is read from them, the paper's numbers, a picture."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Column:
    """One column: a metric of `results.json`.

    Args:
        title: heading, in the paper's words where the paper has the column.
        metric: name of the metric.
        better: "higher" or "lower", the worst seed is at the other end; "equal" for settings.
        decimals: digits after the point in which our numbers are shown. Default 4.
        comparable: whether ours and the paper's are in the same unit. Default True.
    """

    title: str
    metric: str
    better: str
    decimals: int = 4
    comparable: bool = True

    @property
    def heading(self) -> str:
        """The title with an arrow to the better side."""
        arrow = {"higher": " ↑", "lower": " ↓", "equal": ""}[self.better]
        return f"{self.title}{arrow}"


@dataclass(frozen=True)
class Variant:
    """One thing that is compared: a row of the table, a box or a line of the picture.

    Args:
        name: of its row and, where it changes the config, of its runs' folders.
        method: its method.
        label: its name in words. Default "": as the paper calls the method, with the run's K.
        changes: fields of the config by path, in which it differs from the preset. Default: none;
            it then shares its runs with every report that has its method.
        dataset: what it learns from, where that is not the report's. Default "".
        paper_label: what the paper calls it. Default "": by its method, with K = 4 or 0.
    """

    name: str
    method: str
    label: str = ""
    changes: dict[str, Any] = field(default_factory=dict)
    dataset: str = ""
    paper_label: str = ""


@dataclass(frozen=True)
class Report:
    """One table or figure.

    Args:
        name: as the command line takes it, and name of its file.
        dataset: what is learnt from.
        caption: what it is about.
        variants: what is compared, in the order of the rows; none for what data alone show.
        columns: the paper's columns, and after them those of ours that the paper does not have.
        paper: for each variant the cells as printed, in the order of the columns; columns without
            a cell are not in the paper. Default: no numbers.
        with_style: whether the paper's rows are of SPS+, which has latents of style. Default False.
        paper_seeds: over how many seeds the paper's numbers go, in a few words.
        notes: where the paper's numbers and ours mean different things.
        picture: the function of `launch.reports.pictures` that draws it. Default "": none.
        settings: further arguments of that function. Default: none.
        facts: returns the rows that need no run: the cells by the name of the row. Default: none.
        seeds: the seeds that are run by default, as `--seeds` takes them.
        in_paper: whether the paper has it. Default True.
    """

    name: str
    dataset: str
    caption: str
    variants: tuple[Variant, ...]
    columns: tuple[Column, ...]
    paper: dict[str, tuple[str, ...]] = field(default_factory=dict)
    with_style: bool = False
    paper_seeds: str = ""
    notes: tuple[str, ...] = ()
    picture: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    facts: Callable[[], dict[str, tuple[float, ...]]] | None = None
    seeds: str = "0,1,2,3,4"
    in_paper: bool = True

    @property
    def title(self) -> str:
        """The name in words, such as "Table 2"."""
        return self.name.replace("_", " ").capitalize()

    @property
    def full_title(self) -> str:
        """The name in words with what it is about, as it stands above a picture."""
        return f"{self.title}: {self.caption}"

    def figure(
        self,
        name: str,
        caption: str,
        picture: str,
        columns: tuple[Column, ...] = (),
        notes: tuple[str, ...] = (),
        seeds: str = "0",
    ) -> "Report":
        """Return a figure of the runs of this report, without numbers of the paper.

        Args:
            name: see the class, as for the rest.
            caption: what it is about.
            picture: what draws it.
            columns: Default: those of this report.
            notes: Default: none.
            seeds: Default: the first alone.
        """
        return replace(
            self,
            name=name,
            caption=caption,
            picture=picture,
            columns=columns or self.columns,
            notes=notes,
            seeds=seeds,
            paper={},
            paper_seeds="",
        )

    def cell(self, variant: str, column: Column) -> "Printed | None":
        """Return the paper's number, or None where the paper has no such cell."""
        index = self.columns.index(column)
        cells = self.paper.get(variant, ())
        return parse_printed(cells[index]) if index < len(cells) else None


class Printed(NamedTuple):
    """A number of the paper: as printed, its mean, its standard deviation (None: not given)."""

    text: str
    mean: float | None
    std: float | None


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
