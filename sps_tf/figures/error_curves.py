"""Errors against the time that the training took, a curve for each run."""

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import PALETTE, new_figure, to_rgb

_WIDTH_PX, _HEIGHT_PX = 760, 460


def draw_error_curves(
    curves: Mapping[str, Sequence[np.ndarray]], error_name: str, title: str
) -> np.ndarray:
    """Draw errors over minutes: a colour a method, a thin line a run, a thick one their median.

    Args:
        curves: Name of a method to its runs' curves, (look, 3) each: the step, rising, the seconds
            until then, and the error, above 0.
        error_name: For the vertical axis, which is logarithmic.
        title: Above the picture.

    Returns:
        (height, width, 3) uint8. The median is of the errors at the steps that all runs of the
        method have, at the median of their times; it is left out for a single run.

    Raises:
        UserError: No curve, more methods than colours, or arrays of another shape.
    """
    shapes = [np.shape(curve) for runs in curves.values() for curve in runs]
    if not shapes or any(len(shape) != 2 or shape[1] != 3 for shape in shapes):
        raise UserError(f"error curves need arrays of shape (look, 3). Received: {shapes}")
    if len(curves) > len(PALETTE):
        raise UserError(f"at most {len(PALETTE)} methods can be told apart: {len(curves)}")
    figure = new_figure(_WIDTH_PX, _HEIGHT_PX)
    axes = figure.subplots()
    for colour, (name, runs) in zip(PALETTE, curves.items(), strict=False):
        single = len(runs) == 1
        for curve in runs:
            line = {"linewidth": 2.2, "label": name} if single else {"linewidth": 0.7, "alpha": 0.5}
            axes.plot(curve[:, 1] / 60, curve[:, 2], color=colour, marker=".", **line)
        if len(runs) > 1:
            steps = functools.reduce(np.intersect1d, [curve[:, 0] for curve in runs])
            median = np.median([curve[np.isin(curve[:, 0], steps)] for curve in runs], axis=0)
            axes.plot(median[:, 1] / 60, median[:, 2], color=colour, linewidth=2.2, label=name)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.set_xlim(left=0)
    axes.set_xlabel("minutes of training, the start and the looks included")
    axes.set_ylabel(error_name)
    axes.set_title(title, fontsize=10)
    axes.grid(which="both", alpha=0.25)
    axes.legend(frameon=False, fontsize=9)
    figure.tight_layout()
    return to_rgb(figure)
