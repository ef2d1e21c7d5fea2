import re
from xml.etree import ElementTree

import numpy as np

from sps_tf.figures.curve import draw_curve


def drawn_points(svg):
    """Return the corners of the curve, in the picture's units."""
    (drawn,) = re.findall(r'd="([^"]*)"[^>]*stroke: #1d4ed8', svg)
    return np.array(re.findall(r"[ML] (\S+) (\S+)", drawn), float)


def test_a_straight_line_is_drawn_straight_and_bears_its_title():
    points = np.stack([np.arange(20), 3 + 2 * np.arange(20)], axis=1)
    svg = draw_curve(points, "loss <sum>")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "loss &lt;sum&gt;" in svg
    x, y = drawn_points(svg).T
    assert x[-1] > x[0]
    np.testing.assert_allclose(np.diff(y) / np.diff(x), (y[-1] - y[0]) / (x[-1] - x[0]), rtol=1e-3)


def test_large_ranges_are_logarithmic():
    steps = np.arange(20)
    x, y = drawn_points(draw_curve(np.stack([steps, np.exp(steps)], axis=1), "a")).T
    np.testing.assert_allclose(np.diff(y) / np.diff(x), (y[-1] - y[0]) / (x[-1] - x[0]), rtol=1e-3)


def test_what_is_not_finite_is_left_out_and_nothing_is_no_error():
    points = np.array([[0, 1], [1, np.nan], [2, np.inf], [3, 1.5]])
    assert draw_curve(points, "a") == draw_curve(points[[0, 3]], "a")
    assert draw_curve(np.empty((0, 2)), "a").startswith("<svg")


def test_many_points_are_thinned_to_the_last():
    points = np.random.default_rng(0).uniform(1, 2, size=(20_000, 2))
    points[:, 0] = np.arange(20_000)
    assert len(draw_curve(points, "a")) < 60_000


def test_the_same_values_give_the_same_text():
    points = np.array([[0, 1.0], [5, 2.0]])
    assert draw_curve(points, "a") == draw_curve(points, "a")
