"""The colour of the ball that a decoder draws, over its latent space (Figure 15)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import new_figure, to_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PAGE_PX = 560
_SIDE = 3
_EXTENT_STDS = 2.0
# Of the published code: how much a pixel's lightness counts beside its saturation.
_LIGHTNESS_SHARE = 0.3


def ball_colours(images: np.ndarray) -> np.ndarray:
    """Return the colour of the ball: that of the most saturated pixel, light ones preferred.

    Args:
        images: (..., height, width, 3) in [0, 1].

    Returns:
        (..., 3): the pixel of largest S + 0.3 L, with S and L as in HSL; the first if tied.
    """
    pixels = np.asarray(images, np.float64).reshape(*images.shape[:-3], -1, 3)
    most, least = pixels.max(axis=-1), pixels.min(axis=-1)
    lightness = (most + least) / 2
    room = 1 - np.abs(2 * lightness - 1)  # 0 in black and in white, which have no saturation
    saturation = np.where(room > 0, (most - least) / np.where(room > 0, room, 1), 0)
    best = (saturation + _LIGHTNESS_SHARE * lightness).argmax(axis=-1)
    return np.take_along_axis(pixels, best[..., None, None], axis=-2)[..., 0, :]


def colour_map_codes(
    mean: np.ndarray, std: np.ndarray, place: Sequence[int], style: Sequence[int], n_steps: int
) -> np.ndarray:
    """Make the codes of Figure 15's nine panels.

    In the middle the style moves, the place stays at its mean. In the panels around it the place
    moves, the style stays at -1, 0 or 1 standard deviations. The paper's axes run from -2 to 2;
    here the unit is the latents' own spread.

    Args:
        mean: (latent,), mean of each latent.
        std: (latent,), its standard deviation.
        place: indices of the latents that move from left to right and up in the outer panels.
        style: the same in the middle.
        n_steps: codes along each side of a panel, at least 2.

    Returns:
        (3, 3, n_steps, n_steps, latent) float32: rows and columns of panels, from the top left,
        then of each panel.
    """
    offsets = np.linspace(-_EXTENT_STDS, _EXTENT_STDS, n_steps)
    codes = np.tile(np.asarray(mean, np.float64), (_SIDE, _SIDE, n_steps, n_steps, 1))
    for row, column in np.ndindex(_SIDE, _SIDE):
        moved = style if (row, column) == (1, 1) else place
        panel = codes[row, column]
        panel[..., moved[0]] += std[moved[0]] * offsets[None, :]
        panel[..., moved[1]] += std[moved[1]] * offsets[::-1, None]
        if moved is place:
            panel[..., style[0]] += std[style[0]] * (column - 1)
            panel[..., style[1]] += std[style[1]] * (1 - row)
    return codes.astype(np.float32)


def draw_colour_map(
    colours: np.ndarray, place: Sequence[str], style: Sequence[str], title: str
) -> np.ndarray:
    """Draw Figure 15.

    Args:
        colours: (3, 3, n_steps, n_steps, 3) in [0, 1], of the codes of `colour_map_codes`.
        place: names of the latents that move from left to right and up in the outer panels.
        style: the same in the middle.
        title: above the picture.

    Returns:
        (height, width, 3) uint8. A cross in the middle panel stands where an outer panel's style
        is, and in that panel where its place is that of the middle.

    Raises:
        UserError: if the axes are others.
    """
    if colours.ndim != 5 or colours.shape[:2] != (_SIDE, _SIDE) or colours.shape[-1] != 3:
        raise UserError(
            f"Colours have the axes (3, 3, step, step, 3). Received: shape {colours.shape}"
        )
    figure = new_figure(_PAGE_PX, _PAGE_PX)
    panels = figure.subplots(_SIDE, _SIDE)
    for row, column in np.ndindex(_SIDE, _SIDE):
        in_the_middle = (row, column) == (1, 1)
        axes = panels[row, column]
        extent = (-_EXTENT_STDS, _EXTENT_STDS) * 2
        axes.imshow(np.clip(colours[row, column], 0, 1), extent=extent, interpolation="nearest")
        _mark(axes, in_the_middle)
        names = style if in_the_middle else place
        axes.set_xlabel(f"{names[0]} (std)", fontsize=7, labelpad=1)
        axes.set_ylabel(f"{names[1]} (std)", fontsize=7, labelpad=1)
        axes.set_xticks([-2, 0, 2])
        axes.set_yticks([-2, 0, 2])
        axes.tick_params(labelsize=6)
    figure.suptitle(title, fontsize=10)
    figure.tight_layout()
    return to_rgb(figure)


def _mark(axes: "Axes", in_the_middle: bool) -> None:
    """Draw black crosses."""
    places = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    for x, y in places if in_the_middle else [(0, 0)]:
        axes.plot(x, y, "x", color="black", markersize=5)
