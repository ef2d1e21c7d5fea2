from xml.etree import ElementTree

import pytest

from pipelines.tfx.validation.histograms import Bar, draw

COLORS = {"train": "#00f", "test": "#f00"}


def paths(svg):
    return [path.get("d") for path in ElementTree.fromstring(svg).iter("path")]


def test_heights_are_densities_over_one_axis():
    # 3/4 of the values in a half as wide as the axis: 4 - the full height; 1/4: a third of it.
    svg = draw({"train": [Bar(0, 5, 30), Bar(5, 10, 10)]}, COLORS, "it")
    assert paths(svg) == ["M0.0 78V4.0H170.0V53.3H340.0V78"]


def test_splits_of_other_sizes_with_equal_shares_lie_on_each_other():
    few, many = [Bar(0, 1, 1), Bar(1, 2, 3)], [Bar(0, 1, 100), Bar(1, 2, 300)]
    first, second = paths(draw({"train": few, "test": many}, COLORS, "it"))
    assert first == second


def test_values_that_are_all_equal_are_a_thin_bar_in_the_middle():
    (path,) = paths(draw({"train": [Bar(21, 21, 27)]}, COLORS, "it"))
    assert path == "M166.6 78V4.0H173.4V78"


@pytest.mark.parametrize(
    "bars", [[], [Bar(0, 1, 0)], [Bar(float("-inf"), 0, 1), Bar(0, float("nan"), 2)]]
)
def test_nothing_is_drawn_where_there_is_nothing_finite(bars):
    assert draw({"train": bars}, COLORS, "it") == ""


def test_label_is_escaped():
    assert "<b>" not in draw({"train": [Bar(0, 1, 1)]}, COLORS, "<b>")
