"""Boxes over seeds and errors over time: what is where in the pictures, and what is refused."""

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.errors import UserError
from tests.sps_tf.figures.test_figures import assert_is_picture, count

BLUE, ORANGE = (0, 114, 178), (230, 159, 0)


def test_boxes_have_a_colour_for_each_series():
    lists = {"256": [0.5, 0.6, 0.7], "512": [0.4, 0.5]}
    one = figures.draw_boxes({"K = 0": lists}, "MSE", "Boxes")
    two = figures.draw_boxes({"K = 0": lists, "K = 4": lists}, "MSE", "Boxes", "size")
    assert_is_picture(one)
    assert count(one, BLUE) == 0
    assert count(two, BLUE) > 50  # the points
    assert two.shape[1] >= one.shape[1]


def test_a_higher_number_is_drawn_higher():
    def rows_of_blue(value):
        picture = figures.draw_boxes({"a": {"x": [1.0]}, "b": {"x": [value]}}, "MSE", "Boxes")
        # The point alone: the legend is above it, the box is paler.
        return np.argwhere((picture == BLUE).all(axis=-1))[:, 0].max()

    assert rows_of_blue(0.9) < rows_of_blue(0.3)


def test_missing_lists_leave_their_place_empty():
    series = {"a": {"x": [0.1], "y": []}, "b": {"y": [0.2]}}
    assert_is_picture(figures.draw_boxes(series, "MSE", "Boxes"))


def test_groups_and_series_without_a_number_take_no_room():
    lists = {"a" * 60: [], "256": [0.5, 0.6], "512": [0.4]}
    picture = figures.draw_boxes({"K = 0": lists, "K = 4": {}}, "MSE", "Boxes")
    alone = figures.draw_boxes({"K = 0": {"256": [0.5, 0.6], "512": [0.4]}}, "MSE", "Boxes")
    np.testing.assert_array_equal(picture, alone)


def test_a_series_whose_runs_are_still_to_come_takes_no_colour_from_the_others():
    series = {"K = 0": {"256": [0.3]}, "K = 1": {"256": [], "512": []}, "K = 4": {"512": [0.1]}}
    picture = figures.draw_boxes(series, "MSE", "Boxes")
    assert_is_picture(picture)
    assert count(picture, BLUE) == 0
    assert count(picture, ORANGE) > 5  # one point


def test_curves_show_runs_and_their_median():
    seconds = np.array([60.0, 120.0, 180.0])
    runs = [
        np.stack([[0, 10, 20], seconds, np.array([0.4, 0.2, 0.1]) * factor], 1)
        for factor in (1, 2, 3)
    ]
    one = figures.draw_error_curves({"sps": runs[:1]}, "MSE", "Error")
    assert_is_picture(one)
    assert count(one, BLUE) > 300
    more = figures.draw_error_curves({"sps": [runs[0], runs[1][1:], runs[2]]}, "MSE", "Error")
    assert_is_picture(more)
    other = figures.draw_error_curves({"a": [], "sps": runs[:1]}, "MSE", "Error")
    assert count(other, BLUE) < 50


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.draw_boxes({"a": {"x": []}}, "MSE", ""), "needs numbers"),
        (lambda: figures.draw_boxes({c: {"x": [1]} for c in "abcdefghi"}, "", ""), "at most 8"),
        (lambda: figures.draw_error_curves({"a": []}, "MSE", ""), "shape .look, 3."),
        (lambda: figures.draw_error_curves({"a": [np.zeros(3)]}, "MSE", ""), "shape .look, 3."),
        (
            lambda: figures.draw_error_curves({c: [np.ones((1, 3))] for c in "abcdefgh"}, "e", ""),
            "at most 7 methods",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(draw, message):
    with pytest.raises(UserError, match=message):
        draw()
