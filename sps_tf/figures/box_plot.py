"""Numbers over seeds as boxes, side by side (Figures 6 and 8)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import PALETTE, TITLE_CHARACTER_PX, new_figure, to_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT_PX = 420
_BOX_PX = 46
_CHARACTER_PX = 7
_COLOURS = ("#7f7f7f", *PALETTE)


def draw_boxes(
    series: Mapping[str, Mapping[str, Sequence[float]]],
    value_name: str,
    title: str,
    group_name: str = "",
) -> np.ndarray:
    """Draw a box over each list of numbers, and the numbers themselves as points.

    A box runs from the first quartile to the third, with a line at the median; whiskers reach the
    furthest number within 1.5 times the box's height.

    Args:
        series: Name of a series, a colour in the picture, to its lists by group, a place on the
            horizontal axis. All numbers are at least 0. A list may be missing or empty; a series
            or a group without a number is left out.
        value_name: What the numbers are, for the vertical axis, which starts at 0.
        title: Above the picture.
        group_name: What the groups are, for the horizontal axis. Default: nothing.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: No numbers at all, or more series than colours.
    """
    if len(series) > len(_COLOURS):
        raise UserError(f"a box plot has at most {len(_COLOURS)} series. Received: {len(series)}")
    colours = dict(zip(series, _COLOURS, strict=False))
    groups = dict.fromkeys(group for lists in series.values() for group in lists)
    groups = [g for g in groups if any(len(lists.get(g, ())) for lists in series.values())]
    series = {name: lists for name, lists in series.items() if any(map(len, lists.values()))}
    if not groups:
        raise UserError(f"a box plot needs numbers. Received: none of {value_name}")
    group_px = max(_BOX_PX * (len(series) + 1), _CHARACTER_PX * max(map(len, groups)))
    width = max(480, 110 + group_px * len(groups), 80 + TITLE_CHARACTER_PX * len(title))
    figure = new_figure(width, _HEIGHT_PX)
    axes = figure.subplots()
    step = 1 / (len(series) + 1)
    for number, (name, lists) in enumerate(series.items()):
        offset = (number - (len(series) - 1) / 2) * step
        filled = {
            place + offset: lists[group]
            for place, group in enumerate(groups)
            if len(lists.get(group, ()))
        }
        _draw_series(axes, filled, 0.7 * step, colours[name], name)
    axes.set_xticks(range(len(groups)), groups, fontsize=9)
    axes.set_xlim(-0.6, len(groups) - 0.4)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(group_name)
    axes.set_ylabel(value_name)
    axes.set_title(title, fontsize=10)
    axes.grid(axis="y", alpha=0.3)
    if len(series) > 1:
        axes.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    return to_rgb(figure)


def _draw_series(
    axes: "Axes", lists: Mapping[float, Sequence[float]], width: float, colour: str, name: str
) -> None:
    """Draw boxes and points of one colour at their places."""
    boxes = axes.boxplot(
        list(lists.values()),
        positions=list(lists),
        widths=width,
        showfliers=False,  # every number is drawn as a point
        patch_artist=True,
        boxprops={"facecolor": colour, "alpha": 0.35},
        medianprops={"color": "black"},
    )
    boxes["boxes"][0].set_label(name)
    for place, values in lists.items():
        axes.plot([place] * len(values), values, "o", color=colour, markersize=4)
