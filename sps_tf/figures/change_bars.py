"""How far content and style move from an anchor, as bars (Figures 10 and 14)."""

import textwrap
from collections.abc import Mapping

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import TITLE_CHARACTER_PX, new_figure, to_rgb

_PANEL_PX = 300
_HEIGHT_PX = 320
_BAR = 0.38
_LEGEND_PX = 24
_TITLE_CHARACTERS = 40


def draw_change_bars(panels: Mapping[str, Mapping[str, np.ndarray]], title: str = "") -> np.ndarray:
    """Draw Figures 10 and 14: a panel a method, two bars for each thing that is compared.

    Args:
        panels: for the name of a method `names` (member,), and `content` and `style` (member,):
            how far each moves from the anchor.
        title: above the picture. Default: none.

    Returns:
        (height, width, 3) uint8; all panels have one scale.

    Raises:
        UserError: no method, or nothing that is compared.
    """
    if not panels or not all(len(bars["names"]) for bars in panels.values()):
        raise UserError(f"bars of changes need something to compare. Received: {list(panels)}")
    width = max(_PANEL_PX * max(len(panels), 2), TITLE_CHARACTER_PX * len(title))
    figure = new_figure(width, _HEIGHT_PX)
    rows = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (method, bars) in zip(rows, panels.items(), strict=True):
        places = np.arange(len(bars["names"]))
        for side, part, colour in ((-1, "content", "white"), (1, "style", "black")):
            axes.bar(
                places + side * _BAR / 2,
                bars[part],
                _BAR,
                color=colour,
                edgecolor="black",
                label=f"change of {part}",
            )
        axes.set_title(textwrap.fill(method, _TITLE_CHARACTERS), fontsize=9)
        axes.set_xticks(places, [str(name) for name in bars["names"]], rotation=60, ha="right")
        axes.tick_params(labelsize=8)
    rows[0].set_ylabel("distance, in std of each latent", fontsize=8)
    figure.suptitle(title, fontsize=10)
    # Below the panels, where it hides no bar.
    handles, labels = rows[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=2, fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, _LEGEND_PX / _HEIGHT_PX, 1, 1))
    return to_rgb(figure)
