"""The colour map of Figure 15."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.figures import ball_colours, colour_map_codes, draw_colour_map


def test_colour_is_that_of_the_most_saturated_pixel():
    image = np.full((4, 4, 3), 0.4)  # grey
    image[1, 2] = 0.2, 0.7, 0.2
    image[3, 3] = 0.5, 0.6, 0.5
    np.testing.assert_allclose(ball_colours(image), [0.2, 0.7, 0.2])


def test_of_two_equally_saturated_pixels_the_lighter_counts():
    image = np.zeros((2, 2, 3))  # black has no saturation
    image[0, 0] = 0.3, 0, 0
    image[1, 1] = 0.8, 0, 0
    np.testing.assert_allclose(ball_colours(image), [0.8, 0, 0])
    many = ball_colours(np.stack([image, 1 - image]))
    assert many.shape == (2, 3)
    assert np.isfinite(many).all()


def test_style_moves_in_the_middle_and_place_around_it():
    mean, std = np.arange(5.0), np.arange(1.0, 6.0)
    codes = colour_map_codes(mean, std, place=(2, 0), style=(4, 3), n_steps=5)
    assert codes.shape == (3, 3, 5, 5, 5)
    middle, corner = codes[1, 1], codes[0, 2]
    np.testing.assert_allclose(middle[2, 2], mean)
    np.testing.assert_allclose(middle[0, 4], [0, 1, 2, 3 + 2 * 4, 4 + 2 * 5])  # up and right
    # Its style is 1 standard deviation up and right, everywhere in the panel.
    np.testing.assert_allclose(corner[..., 3:], np.broadcast_to([3 + 4, 4 + 5], (5, 5, 2)))
    np.testing.assert_allclose(corner[4, 0, :3], [0 - 2 * 1, 1, 2 - 2 * 3])  # down and left
    # The cross of the middle panel is the middle of the corner's.
    np.testing.assert_allclose(corner[2, 2, :3], mean[:3])


def test_picture_shows_the_colours():
    colours = np.zeros((3, 3, 4, 4, 3))
    colours[0, 0] = 1.0, 0.0, 0.0
    picture = draw_colour_map(colours, ("z3", "z1"), ("z5", "z4"), "title")
    assert picture.dtype == np.uint8
    height, width, _ = picture.shape
    red = (picture == (255, 0, 0)).all(axis=-1)
    assert red[: height // 2, : width // 2].sum() == red.sum() > 1000
    with pytest.raises(UserError, match=r"Received: shape \(3, 4, 4, 3\)"):
        draw_colour_map(colours[0], ("z3", "z1"), ("z5", "z4"), "title")
