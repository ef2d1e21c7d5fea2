"""A matplotlib figure of an exact size in pixels, and its pixels."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 100
# Colours that are told apart with any kind of colour vision (Okabe and Ito, 2008), no yellow:
# blue, orange, green, vermilion, purple, sky blue, black.
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#000000")

TITLE_CHARACTER_PX = 8  # at font size 10, and a little room


def new_figure(width_px: float, height_px: float) -> "Figure":
    """Make an empty white figure.

    Args:
        width_px: Width of the picture.
        height_px: Height of the picture.

    Returns:
        A figure that draws with the Agg renderer and that pyplot knows nothing about, so that
        nothing has to be closed.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_px / _DPI, height_px / _DPI), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def to_rgb(figure: "Figure") -> np.ndarray:
    """Draw a figure.

    Args:
        figure: What `new_figure` made.

    Returns:
        (height, width, 3) uint8.
    """
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()
