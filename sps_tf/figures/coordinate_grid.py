"""An equidistant 3-D grid of true coordinates as the encoder sees it (Figure 7)."""

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import PALETTE, new_figure, to_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PANEL_PX = 380
_REACH = np.array([-0.53, 0.53])  # of the panels beside their middle, in widths of what they show
_COLOURS = PALETTE[3], PALETTE[2], PALETTE[0]  # of the grid's axes, in order


@dataclasses.dataclass(frozen=True)
class CoordinateGrid:
    """Hold the values that a grid of three true coordinates takes on each axis.

    Args:
        axis_names: Names of the three axes, such as ("x", "y", "z").
        axis_values: Their values, three sequences of at least one number.

    Example:
        grid = CoordinateGrid(("x", "y", "z"), (range(-2, 3), range(0, 4), range(1, 8)))
        frames = render(grid.points())
    """

    axis_names: tuple[str, str, str]
    axis_values: tuple[Sequence[float], Sequence[float], Sequence[float]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values on each axis."""
        return tuple(len(values) for values in self.axis_values)

    def points(self) -> np.ndarray:
        """Return all points, (n, 3) float64, the last axis running fastest."""
        return np.array(list(itertools.product(*self.axis_values)), dtype=np.float64)


# The grid of Figure 7, in metres; the camera of the ball video sees every one of these balls.
BALL_GRID = CoordinateGrid(("x", "y", "z"), (range(-2, 3), range(4), range(1, 8)))


def draw_coordinate_grid(
    z_plane: np.ndarray, grid: CoordinateGrid, plane_names: Sequence[str], title: str
) -> np.ndarray:
    """Draw the encoded grid on a plane of two latents.

    Lines join points that are neighbours on the true grid, coloured by the axis along which they
    differ. A linear latent space shows a regular lattice.

    Args:
        z_plane: (n, 2), two latents of each of `grid.points()`.
        grid: The true coordinates.
        plane_names: Names of the two latents.
        title: Above the picture.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: Not two latents for each point of the grid.
    """
    return draw_coordinate_grid_rows([[z_plane]], grid, plane_names, [title], [""])


def draw_coordinate_grid_rows(
    z_planes: Sequence[Sequence[np.ndarray]],
    grid: CoordinateGrid,
    plane_names: Sequence[str],
    column_titles: Sequence[str],
    row_titles: Sequence[str],
) -> np.ndarray:
    """Draw encoded grids side by side, such as a row for a run and a column for a step (Figure 7).

    Args:
        z_planes: Rows of arrays (n, 2), as in `draw_coordinate_grid`; the rows are equally long.
        grid: The true coordinates, the same for all.
        plane_names: Names of the two latents.
        column_titles: One a column, such as "step 1000".
        row_titles: One a row, such as "K = 4".

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: Titles that do not match the rows and columns, or not two latents for each
            point of the grid.
    """
    _check(z_planes, grid, column_titles, row_titles)
    rows, columns = len(row_titles), len(column_titles)
    figure = new_figure(_PANEL_PX * columns, _PANEL_PX * rows + 30)
    # A turn of the plane is arbitrary, a stretch is not: all latents on one scale.
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    points = np.concatenate([plane for row in z_planes for plane in row])
    middle = (points.max(axis=0) + points.min(axis=0)) / 2
    reach = (np.ptp(points, axis=0).max() or 1.0) * _REACH
    panels[0, 0].set(xlim=middle[0] + reach, ylim=middle[1] + reach)
    for row, column in np.ndindex(rows, columns):
        axes = panels[row, column]
        _draw_lattice(axes, np.asarray(z_planes[row][column]), grid)
        axes.tick_params(labelsize=8)
        axes.set_xlabel(plane_names[0], fontsize=10, labelpad=2)
        title = f"{row_titles[row]}\n" if row_titles[row] else ""
        axes.set_ylabel(title + plane_names[1], fontsize=10, labelpad=2)
        axes.label_outer()
    for axes, title in zip(panels[0], column_titles, strict=True):
        axes.set_title(title, fontsize=10)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.tight_layout(h_pad=1.5, rect=(0, 30 / (_PANEL_PX * rows + 30), 1, 1))
    figure.legend(handles, labels, loc="lower center", ncols=3, fontsize=9, frameon=False)
    return to_rgb(figure)


def _draw_lattice(axes: "Axes", z_plane: np.ndarray, grid: CoordinateGrid) -> None:
    lattice = z_plane.reshape(*grid.shape, 2)
    for number, (name, colour) in enumerate(zip(grid.axis_names, _COLOURS, strict=True)):
        lines = np.moveaxis(lattice, number, 0).reshape(grid.shape[number], -1, 2)
        drawn = axes.plot(lines[..., 0], lines[..., 1], color=colour, linewidth=1.1, alpha=0.8)
        drawn[0].set_label(f"along {name}")
    axes.set_aspect("equal")


def _check(
    z_planes: Sequence[Sequence[np.ndarray]],
    grid: CoordinateGrid,
    column_titles: Sequence[str],
    row_titles: Sequence[str],
) -> None:
    lengths = [len(row) for row in z_planes]
    if lengths != [len(column_titles)] * len(row_titles) or not sum(lengths):
        raise UserError(
            f"grids need {len(row_titles)} rows of {len(column_titles)}, as many as titles. "
            f"Received: rows of {lengths}"
        )
    expected = (int(np.prod(grid.shape)), 2)
    for z_plane in itertools.chain(*z_planes):
        if np.shape(z_plane) != expected:
            raise UserError(
                f"an encoded grid must have shape {expected}. Received: shape {np.shape(z_plane)}"
            )
