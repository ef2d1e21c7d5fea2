import numpy as np
import pytest

from pipelines.making.masks import windows
from sps_tf.metrics.location import LOCATION_NAMES, estimate_location


def test_distance_is_that_of_a_square_seen_under_a_known_angle():
    # 64 pixels are 30 degrees, 32 are 15, and 1 / tan of them is known.
    label = np.array([[40, 10, 64**2], [35, 20, 32**2]], np.float32)
    expected = [[40, 10, np.sqrt(3)], [35, 20, 2 + np.sqrt(3)]]
    np.testing.assert_allclose(estimate_location(label), expected, rtol=1e-12)


def test_smallest_mask_is_the_farthest_and_axes_in_front_are_kept():
    label = np.full((2, 5, 3), windows.MIN_MASK_PIXELS, np.float32)
    location = estimate_location(label)
    assert location.shape == (2, 5, len(LOCATION_NAMES))
    # Small angles: the tangent is the angle itself but for a third of its cube.
    angle = np.pi / 384 * np.sqrt(30)
    assert location[0, 0, 2] == pytest.approx(1 / (angle + angle**3 / 3), rel=1e-5)
