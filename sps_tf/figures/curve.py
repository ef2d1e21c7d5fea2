"""One curve over the training steps, as SVG for a page."""

import io

import numpy as np

from sps_tf.figures.canvas import new_figure

_WIDTH_PX, _HEIGHT_PX = 380, 220
_MOST_POINTS = 500
# Above this ratio of the largest to the smallest value an axis is logarithmic.
_LOG_RATIO = 30


def draw_curve(points: np.ndarray, title: str) -> str:
    """Draw a value over the steps.

    Args:
        points: (point, 2), the step and the value; points that are not finite are left out, and
            of very many every k-th alone is drawn, and the last.
        title: above the curve.

    Returns:
        An `<svg>` element, the same text from the same values. Its vertical axis is logarithmic
        where the values are positive and differ more than thirtyfold.
    """
    import matplotlib

    points = np.asarray(points, float).reshape(-1, 2)
    points = points[np.isfinite(points).all(axis=1)]
    stride = -(-len(points) // _MOST_POINTS) or 1
    points = points[::-1][::stride][::-1]
    figure = new_figure(_WIDTH_PX, _HEIGHT_PX)
    axes = figure.subplots()
    marker = "o" if len(points) < 12 else None
    axes.plot(points[:, 0], points[:, 1], linewidth=1.6, color="#1d4ed8", marker=marker, ms=3)
    values = points[:, 1]
    if len(values) and values.min() > 0 and values.max() > _LOG_RATIO * values.min():
        axes.set_yscale("log")
    axes.set_title(title, fontsize=10, loc="left")
    axes.set_xlabel("step", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    content = io.StringIO()
    # Text stays text, and neither time nor chance is in the file.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.savefig(content, format="svg", metadata={"Date": None, "Creator": None})
    text = content.getvalue()
    return text[text.index("<svg") :].strip()
