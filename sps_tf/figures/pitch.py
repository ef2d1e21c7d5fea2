"""The learned factor against the true pitch, and the pitch heard against the factor (Figure 3)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import TITLE_CHARACTER_PX, new_figure, to_rgb
from sps_tf.metrics.pitch import ALL_INSTRUMENTS, PitchPoints, line_r2, pitch_scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL_PX = 300
_LEGEND_ROW_PX = 16
_LEGEND_COLUMN_PX = 150
_MOST_LEGEND_ROWS = 20  # with more, the names of 114 instruments would be higher than the panels
_TITLE_PX = 22
_TICKS = 5  # on an axis at most, of numbers as long as -0.0225
_GREY = "#888888"


def draw_pitch_figure(
    columns: Mapping[str, PitchPoints | Mapping[str, np.ndarray]], title: str = ""
) -> np.ndarray:
    """Draw Figure 3, a column a method; with several instruments Figures 11 and 17.

    Upper row: the factor of every test note over its true pitch. Lower row: the pitch heard in
    decoded notes over the factor. A straight line is ideal. A row in which no column has anything
    to show is left out: of sound whose pitches nobody knows the upper one. Instruments have a
    colour each; the mean style is drawn in grey beneath them. Above the upper row stands R^2 of one
    line for all notes and, of several instruments, the mean of the R^2 of a line each.

    Args:
        columns: Title of a column to its points, or to their fields by name as a run's
            `pitch_points.npz` holds them.
        title: Above the picture. Default: none.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: No column, or points without one of their fields.
    """
    points = {name: as_points(name, found) for name, found in columns.items()}
    if not points:
        raise UserError("a pitch figure needs at least one column. Received: none")
    colours = _choose_colours(points)
    least_columns = -(-len(colours) // _MOST_LEGEND_ROWS)
    width = max(_PANEL_PX * len(points), 360, _LEGEND_COLUMN_PX * least_columns)
    width = max(width, TITLE_CHARACTER_PX * len(title))
    legend_columns = max(1, width // _LEGEND_COLUMN_PX)
    legend_px = _LEGEND_ROW_PX * -(-len(colours) // legend_columns) if len(colours) > 1 else 0
    rows = _choose_rows(points)
    height = len(rows) * _PANEL_PX + legend_px + 20
    figure = new_figure(width, height)
    panels = figure.subplots(len(rows), len(points), squeeze=False)
    for own_panels, (name, column) in zip(panels.T, points.items(), strict=True):
        for panel, draw in zip(own_panels, rows, strict=True):
            draw(panel, column, colours)
        own_panels[0].set_title(f"{name}\n{own_panels[0].get_title()}", fontsize=9)
    figure.suptitle(title, fontsize=10, y=1 - 6 / height, va="top").set_in_layout(False)
    figure.tight_layout(rect=(0, legend_px / height, 1, 1 - _TITLE_PX / height))
    if legend_px:
        handles = [figure.axes[0].scatter([], [], s=18, color=c) for c in colours.values()]
        figure.legend(
            handles, colours, loc="lower center", ncols=legend_columns, fontsize=7, frameon=False
        )
    return to_rgb(figure)


def as_points(name: str, found: PitchPoints | Mapping[str, np.ndarray]) -> PitchPoints:
    """Return points as such.

    Args:
        name: Whose they are, for the message.
        found: The points, or their fields by name.

    Returns:
        The points.

    Raises:
        UserError: If fields are missing or unknown.
    """
    if isinstance(found, PitchPoints):
        return found
    if set(found) != set(PitchPoints._fields):
        raise UserError(
            f"the points of {name!r} must have the fields {', '.join(PitchPoints._fields)}. "
            f"Received: {', '.join(found) or 'none'}"
        )
    return PitchPoints(**found)


def _choose_rows(points: Mapping[str, PitchPoints]) -> list:
    """Return what draws each row."""
    rows = []
    if any(column.pitch.size for column in points.values()):
        rows.append(_draw_factor)
    if not rows or any(column.traversal_z.size for column in points.values()):
        rows.append(_draw_heard)
    return rows


def _choose_colours(points: Mapping[str, PitchPoints]) -> dict[str, tuple]:
    """Give each instrument of all columns a colour, the same in all of them."""
    import matplotlib

    names = sorted({str(name) for column in points.values() for name in column.instrument})
    if len(names) == 1:
        return {names[0]: (0.12, 0.35, 0.70, 1.0)}
    shades = matplotlib.colormaps["turbo"](np.linspace(0.03, 0.97, len(names)))
    return {name: tuple(shade) for name, shade in zip(names, shades, strict=True)}


def _draw_factor(axes: "Axes", points: PitchPoints, colours: dict[str, tuple]) -> None:
    axes.set_xlabel("true pitch (MIDI)", fontsize=9)
    axes.set_ylabel("learned factor z", fontsize=9, labelpad=1)
    axes.tick_params(labelsize=7)
    axes.locator_params(nbins=_TICKS)
    axes.ticklabel_format(useOffset=False)
    if not points.pitch.size:
        _say(axes, "no true pitches")
        return
    pitch, z = points.pitch.ravel(), points.z.ravel()
    shade = np.array([colours[str(name)] for name in points.instrument])
    shade = np.repeat(shade, points.z.shape[1], axis=0)
    axes.scatter(pitch, z, s=5, c=shade, alpha=0.6, linewidths=0)
    scores = pitch_scores(points)
    mean = scores.get("pitch_r2_mean_of_instruments")
    title = f"R² = {scores.get('pitch_r2', 0.0):.4f}"
    axes.set_title(title if mean is None else f"{title}, by instrument {mean:.3f}", fontsize=9)


def _draw_heard(axes: "Axes", points: PitchPoints, colours: dict[str, tuple]) -> None:
    axes.set_xlabel("learned factor z", fontsize=9)
    axes.set_ylabel("detected pitch (MIDI)", fontsize=9, labelpad=1)
    axes.tick_params(labelsize=7)
    axes.locator_params(nbins=_TICKS)
    axes.ticklabel_format(useOffset=False)
    if not points.traversal_z.size:
        _say(axes, "decodes no sound")
        return
    z, midi, whose = points.traversal_z, points.detected_midi, points.traversal_instrument
    # The mean style alone is the method's own; beneath instruments it is only for comparison.
    alone = set(whose.tolist()) == {ALL_INSTRUMENTS}
    colours = {ALL_INSTRUMENTS: next(iter(colours.values())) if alone else _GREY, **colours}
    for name, colour in colours.items():
        own = whose == name
        axes.scatter(z[own], midi[own], s=7, color=colour, alpha=0.7, linewidths=0)
    own = (whose == ALL_INSTRUMENTS) & np.isfinite(midi)
    style = "" if alone else ", mean style"
    axes.set_title(f"R² = {line_r2(z[own], midi[own]):.4f}{style}", fontsize=9)


def _say(axes: "Axes", text: str) -> None:
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, fontsize=9)
    axes.set_axis_off()
