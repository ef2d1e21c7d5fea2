"""Histograms of one feature in several splits, as a small picture in SVG."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 340, 96
_BASELINE = 78
# Where all values are equal, the bar gets this share of the width.
_THIN = 0.02


class Bar(NamedTuple):
    """One bucket: where it starts and ends, and how many values lie in it."""

    low: float
    high: float
    count: float


def draw(histograms: Mapping[str, Sequence[Bar]], colors: Mapping[str, str], label: str) -> str:
    """Draw histograms over one axis, each with an area of its own splits' values.

    Heights are densities, so that splits of different sizes can be compared.

    Args:
        histograms: the buckets by split; those with ends that are not finite are not drawn.
        colors: the colour of each split.
        label: what the picture shows, for those who cannot see it.

    Returns:
        An `<svg>` element, or an empty string where there is nothing to draw.
    """
    bars = {
        split: [bar for bar in found if bar.count > 0 and _is_finite(bar)]
        for split, found in histograms.items()
    }
    ends = [end for found in bars.values() for bar in found for end in (bar.low, bar.high)]
    if not ends:
        return ""
    low, high = min(ends), max(ends)
    width = (high - low) or 1.0
    low = low if high > low else low - width / 2
    densities = {split: _densities(found, width) for split, found in bars.items()}
    top = max(bar.count for found in densities.values() for bar in found)
    areas = "".join(
        f'<path d="{_area(found, low, width, top)}" fill="{colors[split]}" fill-opacity=".22" '
        f'stroke="{colors[split]}" stroke-width="1.3"/>'
        for split, found in densities.items()
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(label)}">'
        f'<line x1="0" x2="{WIDTH}" y1="{_BASELINE}" y2="{_BASELINE}" class="axis"/>{areas}'
        f'<text x="2" y="{HEIGHT - 5}">{min(ends):.4g}</text>'
        f'<text x="{WIDTH - 2}" y="{HEIGHT - 5}" text-anchor="end">{max(ends):.4g}</text></svg>'
    )


def _is_finite(bar: Bar) -> bool:
    return math.isfinite(bar.low) and math.isfinite(bar.high)


def _densities(bars: Sequence[Bar], axis_width: float) -> list[Bar]:
    """Replace counts by densities; a bucket without width gets a thin bar."""
    total = sum(bar.count for bar in bars)
    widened = []
    for bar in bars:
        missing = max(0.0, _THIN * axis_width - (bar.high - bar.low)) / 2
        low, high = bar.low - missing, bar.high + missing
        widened.append(Bar(low, high, bar.count / total / (high - low)))
    return widened


def _area(bars: Sequence[Bar], low: float, width: float, top: float) -> str:
    """Return the outline of a histogram as the path of an SVG."""
    steps, last = [], None
    for bar in bars:
        left, right = (
            min(max((end - low) / width, 0.0), 1.0) * WIDTH for end in (bar.low, bar.high)
        )
        if left != last:
            start = f"M{left:.1f} {_BASELINE}" if last is None else f"V{_BASELINE}H{left:.1f}"
            steps.append(start)
        height = _BASELINE - (_BASELINE - 4) * bar.count / top
        steps.append(f"V{height:.1f}H{right:.1f}")
        last = right
    return f"{''.join(steps)}V{_BASELINE}"
