"""Pictures of notes put side by side in time, as spectrograms."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import new_figure, to_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STRIP_PX = 129  # of 513 bins, every four share a pixel
_NOTE_PX = 44
_GAP_PX = 4
_GROUP_GAP_PX = 14
_NAME_PX = 10  # between a strip and its name
_LEFT_PX, _RIGHT_PX, _TOP_PX, _BOTTOM_PX = 130, 16, 36, 50
_CHARACTER_PX = 8


class Strip(NamedTuple):
    """A row of notes.

    Attributes:
        name: At its left.
        images: (notes, bins, hops, 1) in [0, 1], bins from low to high. A note of NaN stays
            white: there is nothing to show.
        group: Strips of one group stand close together.
    """

    name: str
    images: np.ndarray
    group: int = 0


def draw_spectrogram_strips(
    strips: Sequence[Strip], note_names: Sequence[str], title: str, note_axis: str, top_khz: float
) -> np.ndarray:
    """Draw spectrograms below each other, on one scale of brightness.

    Brightness is the square root of the magnitude, so that weak harmonics can be seen; the
    brightest is that of the largest magnitude in the picture. Where bins share a pixel, it shows
    the largest of them.

    Args:
        strips: Strips of equally many notes.
        note_names: One a note, below the last strip.
        title: Above the picture.
        note_axis: What the notes run over, below the picture.
        top_khz: Frequency of the highest bin.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: No strip, wrong axes, or names that do not match.
    """
    _check(strips, note_names)
    n_gaps = sum(one.group != other.group for one, other in itertools.pairwise(strips))
    needed = max(len(title), len(note_axis)) * _CHARACTER_PX
    width = max(_LEFT_PX + _NOTE_PX * len(note_names) + _RIGHT_PX, needed)
    height = _TOP_PX + (_STRIP_PX + _GAP_PX) * len(strips) + _GROUP_GAP_PX * n_gaps + _BOTTOM_PX
    figure = new_figure(width, height)
    strip_width = _NOTE_PX * len(note_names) / width
    brightest = np.sqrt(max(np.nanmax(strip.images) for strip in strips)) or 1.0
    top = _TOP_PX
    for row, strip in enumerate(strips):
        if row and strip.group != strips[row - 1].group:
            top += _GROUP_GAP_PX
        bottom = 1 - (top + _STRIP_PX) / height
        axes = figure.add_axes((_LEFT_PX / width, bottom, strip_width, _STRIP_PX / height))
        _draw_strip(axes, strip, top_khz, brightest)
        top += _STRIP_PX + _GAP_PX
    axes.set_xticks(np.arange(len(note_names)) + 0.5, note_names, fontsize=8)
    axes.tick_params(axis="x", length=0)
    figure.text(0.5, 12 / height, note_axis, fontsize=9, ha="center")
    figure.text(0.5, 1 - 22 / height, title, fontsize=10, ha="center")
    return to_rgb(figure)


def _draw_strip(axes: "Axes", strip: Strip, top_khz: float, brightest: float) -> None:
    images = np.asarray(strip.images, np.float32)[..., 0]
    n_notes, n_bins, _ = images.shape
    rows = np.sqrt(np.moveaxis(images, 0, 1).reshape(n_bins, -1))
    firsts = np.arange(0, n_bins, -(-n_bins // _STRIP_PX))
    axes.imshow(
        np.maximum.reduceat(rows, firsts, axis=0),
        vmin=0,
        vmax=brightest,
        cmap="magma",
        origin="lower",
        aspect="auto",
        interpolation="nearest",
        extent=(0, n_notes, 0, top_khz),
    )
    for note in range(1, n_notes):
        axes.axvline(note, color="white", linewidth=0.5, alpha=0.5)
    axes.set_yticks([0, top_khz / 2], ["0", f"{top_khz / 2:g} kHz"], fontsize=7)
    axes.set_xticks([])
    axes.text(-_NAME_PX / _NOTE_PX, top_khz * 0.8, strip.name, fontsize=8, ha="right", va="center")


def _check(strips: Sequence[Strip], note_names: Sequence[str]) -> None:
    shapes = {np.shape(strip.images) for strip in strips}
    if len(shapes) != 1:
        raise UserError(f"strips must have one shape. Received: {sorted(shapes) or 'no strip'}")
    (shape,) = shapes
    if len(shape) != 4 or 0 in shape or shape[-1] != 1:
        raise UserError(f"strips must have shape (notes, bins, hops, 1). Received: shape {shape}")
    if shape[0] != len(note_names):
        raise UserError(
            f"strips of {shape[0]} notes need a name for each. Received: {len(note_names)} names"
        )
