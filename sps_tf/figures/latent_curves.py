"""Latents over time: a panel for each, and one for what they are told to mean."""

from collections.abc import Mapping

import numpy as np

from sps_tf.figures.canvas import new_figure, to_rgb

_WIDTH_PX, _PANEL_PX, _MARGIN_PX = 900, 130, 70


class Thinned:
    """Points of a curve that comes in blocks: all of a short one, evenly spaced ones of a long one.

    Args:
        most: at most so many points are kept. Default 20,000.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most, self._stride, self._n_seen = most, 1, 0
        self._kept: dict[str, np.ndarray] = {}

    def add(self, rows: Mapping[str, np.ndarray]) -> None:
        """Take in rows that follow the last, an array (n,) for each column."""
        n = len(next(iter(rows.values())))
        chosen = np.arange(-self._n_seen % self._stride, n, self._stride)
        self._n_seen += n
        for name, column in rows.items():
            held = self._kept.get(name, column[:0])
            self._kept[name] = np.concatenate([held, column[chosen]])
        while self._kept and len(next(iter(self._kept.values()))) > self._most:
            self._stride *= 2
            self._kept = {name: column[::2] for name, column in self._kept.items()}

    @property
    def rows(self) -> dict[str, np.ndarray]:
        """The points kept, an array (n,) for each column."""
        return dict(self._kept)


def draw_latent_curves(
    rows: Mapping[str, np.ndarray], time: str, panels: Mapping[str, str], title: str
) -> np.ndarray:
    """Draw columns of a table over time, a panel each.

    Args:
        rows: an array (n,) for each column; NaN is a gap.
        time: the column that the others are drawn over.
        panels: columns and what is written beside them, from top to bottom.
        title: above the panels.

    Returns:
        (height, width, 3) uint8.
    """
    figure = new_figure(_WIDTH_PX, _PANEL_PX * len(panels) + _MARGIN_PX)
    all_axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    marker = "." if len(rows[time]) <= 200 else None
    for axes, (column, label) in zip(all_axes, panels.items(), strict=True):
        axes.plot(rows[time], rows[column], lw=1, marker=marker, ms=3, color="tab:blue")
        axes.set_ylabel(label, fontsize=9)
        axes.tick_params(labelsize=8)
        axes.grid(alpha=0.3)
        axes.margins(x=0.01)
    all_axes[-1].set_xlabel({"time_secs": "time (s)"}.get(time, time), fontsize=9)
    figure.suptitle(title, fontsize=10)
    figure.tight_layout()
    return to_rgb(figure)
