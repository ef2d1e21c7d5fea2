"""R^2 of the pitch by instrument, as bars (Figures 12 and 18)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import PALETTE, TITLE_CHARACTER_PX, new_figure, to_rgb
from sps_tf.figures.pitch import as_points
from sps_tf.metrics.pitch import PitchPoints, pitch_scores, synthesis_scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW_PX = 260
_NAMES_PX = 150
_LEAST_GROUP_PX = 14
_BAR_PX = 7
_MOST_PX = 1500  # of bars in a line; more instruments take several
_CHARACTER_PX, _LEGEND_ENTRY_PX, _LEAST_PX = 6, 40, 300
_TITLES = {
    "pitch_r2": "learned factor, R² by instrument",
    "synthesis_r2": "synthesis, R² by instrument",
}


def draw_pitch_bars(
    columns: Mapping[str, PitchPoints | Mapping[str, np.ndarray]], title: str = ""
) -> np.ndarray:
    """Draw Figures 12 and 18: a group of bars an instrument, a colour a method.

    A dashed line in a method's colour is its mean over the instruments.

    Args:
        columns: As for `draw_pitch_figure`, with several instruments.
        title: Above the picture. Default: none.

    Returns:
        (height, width, 3) uint8. A row of bars that no method has is left out; many instruments
        take several lines of both rows.

    Raises:
        UserError: No method, no instrument that has a score, or points without one of their
            fields.
    """
    points = {name: as_points(name, found) for name, found in columns.items()}
    scores = {name: pitch_scores(p) | synthesis_scores(p) for name, p in points.items()}
    rows = {key: _by_instrument(scores, key) for key in _TITLES}
    rows = {key: row for key, row in rows.items() if any(row.values())}
    if not rows:
        raise UserError(
            "bars by instrument need points of several instruments. "
            f"Received: {', '.join(points) or 'no method'}"
        )
    names = sorted({name for row in rows.values() for values in row.values() for name in values})
    group_px = max(_LEAST_GROUP_PX, _BAR_PX * len(points) + 5)
    lines = np.array_split(names, -(-len(names) * group_px // _MOST_PX))
    width = max(
        90 + len(lines[0]) * group_px,
        TITLE_CHARACTER_PX * len(title),
        # The legend and the title beside it.
        _LEAST_PX + sum(_CHARACTER_PX * len(name) + _LEGEND_ENTRY_PX for name in points),
    )
    figure = new_figure(width, (_ROW_PX * len(rows) + _NAMES_PX) * len(lines))
    panels = figure.subplots(len(rows) * len(lines), 1, squeeze=False)[:, 0]
    for start, line in enumerate(lines):
        own = panels[start * len(rows) : (start + 1) * len(rows)]
        for axes, (key, row) in zip(own, rows.items(), strict=True):
            _draw_row(axes, row, line)
            axes.set_title(_TITLES[key], fontsize=9, loc="left")
            axes.set_xlim(-0.6, len(lines[0]) - 0.4)
        own[-1].set_xticks(range(len(line)), line, rotation=90, fontsize=7)
    # Above the panel, where no bar is hidden; the title stands at the left.
    place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": len(points)}
    panels[0].legend(fontsize=7, frameon=False, borderaxespad=0.2, **place)
    figure.suptitle(title, fontsize=10)
    figure.set_layout_engine("constrained", w_pad=0.1)  # rows without names stand closer
    return to_rgb(figure)


def _draw_row(axes: "Axes", row: dict[str, dict[str, float]], names: Sequence[str]) -> None:
    """Draw the bars of some instruments, and each method's mean over all."""
    bar = 0.8 / len(row)
    for number, (method, values) in enumerate(row.items()):
        colour = PALETTE[number % len(PALETTE)]
        offsets = np.arange(len(names)) + (number - (len(row) - 1) / 2) * bar
        heights = [values.get(name, np.nan) for name in names]
        axes.bar(offsets, heights, bar, label=method, color=colour)
        if values:
            mean = np.nanmean(list(values.values()))
            axes.axhline(mean, color=colour, linestyle="--", linewidth=0.8)
    axes.set_xticks(range(len(names)), [])
    axes.set_ylabel("R²", fontsize=8)
    axes.set_ylim(0, 1)
    axes.tick_params(labelsize=7)


def _by_instrument(scores: dict[str, dict[str, float]], key: str) -> dict[str, dict[str, float]]:
    """Return the scores `<key>/<instrument>`: method to instrument to value."""
    return {
        method: {n.removeprefix(f"{key}/"): v for n, v in own.items() if n.startswith(f"{key}/")}
        for method, own in scores.items()
    }
