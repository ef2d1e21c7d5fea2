"""A table of small images, each pixel enlarged by a whole number, with named rows and columns."""

from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import new_figure, to_rgb

_GAP_PX = 2
_IMAGE_PX = 64  # the least size of the longer side of an image on the page
_MARGINS_PX = {"left": 14, "right": 14, "bottom": 46, "top": 34}
_CHARACTER_PX = 8  # width of a label's character
_CHARACTER_TITLE_PX = 8


def draw_image_table(
    images: np.ndarray,
    row_names: Sequence[str],
    column_names: Sequence[str],
    title: str,
    column_axis: str,
    rows_per_group: int = 0,
) -> np.ndarray:
    """Draw images in rows and columns.

    Args:
        images: (rows, columns, height, width, channels) in [0, 1]; channels 1 (grey) or 3. An
            image of NaN is left white: there is nothing to show.
        row_names: One a row.
        column_names: One a column.
        title: Above the table.
        column_axis: What the columns run over, below the table.
        rows_per_group: A wider gap follows each group of so many rows. Default 0: no groups.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: Wrong axes or channels, or names that do not match.
    """
    images = np.asarray(images, dtype=np.float32)
    _check(images, row_names, column_names)
    scale = max(1, round(_IMAGE_PX / max(images.shape[2:4])))
    cells = _enlarge(images, scale)
    page, row_centres, column_centres = _lay_out(cells, rows_per_group)
    left = _MARGINS_PX["left"] + _CHARACTER_PX * max(map(len, row_names))
    needed = _CHARACTER_TITLE_PX * max(len(title), len(column_axis))
    width = left + max(page.shape[1] + _MARGINS_PX["right"], needed - left)
    height = page.shape[0] + _MARGINS_PX["bottom"] + _MARGINS_PX["top"]
    figure = new_figure(width, height)
    box = (
        left / width,
        _MARGINS_PX["bottom"] / height,
        page.shape[1] / width,
        page.shape[0] / height,
    )
    axes = figure.add_axes(box)
    axes.imshow(page, interpolation="nearest", aspect="auto")
    axes.set_yticks(row_centres, row_names, fontsize=9)
    axes.set_xticks(column_centres, column_names, fontsize=9)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    figure.text(0.5, _MARGINS_PX["bottom"] / 5 / height, column_axis, fontsize=10, ha="center")
    figure.text(0.5, 1 - 22 / height, title, fontsize=11, ha="center")
    return to_rgb(figure)


def _check(images: np.ndarray, row_names: Sequence[str], column_names: Sequence[str]) -> None:
    if images.ndim != 5 or 0 in images.shape or images.shape[-1] not in (1, 3):
        raise UserError(
            "images must have shape (rows, columns, height, width, 1 or 3). "
            f"Received: shape {images.shape}"
        )
    if images.shape[:2] != (len(row_names), len(column_names)):
        raise UserError(
            f"images need a name for each of {images.shape[0]} rows and {images.shape[1]} "
            f"columns. Received: {len(row_names)} and {len(column_names)} names"
        )


def _enlarge(images: np.ndarray, scale: int) -> np.ndarray:
    """Repeat pixels, turn grey into RGB and missing images into white: uint8."""
    rgb = np.broadcast_to(images, (*images.shape[:-1], 3))
    bytes_rgb = np.round(255 * np.clip(np.nan_to_num(rgb, nan=1.0), 0, 1)).astype(np.uint8)
    return bytes_rgb.repeat(scale, axis=2).repeat(scale, axis=3)


def _lay_out(cells: np.ndarray, rows_per_group: int) -> tuple[np.ndarray, list[float], list[float]]:
    """Paste cells on a white page; return it and the centres of its rows and columns (px)."""
    rows, columns, height, width, _ = cells.shape
    group_gap = 4 * _GAP_PX
    groups_before = [row // rows_per_group if rows_per_group else 0 for row in range(rows)]
    tops = [r * (height + _GAP_PX) + group_gap * g for r, g in enumerate(groups_before)]
    lefts = [c * (width + _GAP_PX) for c in range(columns)]
    page = np.full((tops[-1] + height, lefts[-1] + width, 3), 255, dtype=np.uint8)
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            page[top : top + height, left : left + width] = cells[row, column]
    return page, [t + height / 2 for t in tops], [x + width / 2 for x in lefts]
