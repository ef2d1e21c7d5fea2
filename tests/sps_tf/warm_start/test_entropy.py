"""The estimate of the differential entropy, beside closed forms."""

import numpy as np
import pytest

from sps_tf.warm_start.entropy import estimate_entropy


def test_entropy_is_that_of_a_normal_and_of_a_uniform_distribution():
    rng = np.random.default_rng(0)
    spread = np.diag([1.0, 2.0, 0.5])
    normal = rng.normal(size=(100, 100, 3)) @ spread
    expected = 1.5 * np.log(2 * np.pi * np.e)  # the determinant of the spread is 1
    assert estimate_entropy(normal) == pytest.approx(expected, abs=0.05)
    square = rng.uniform(0, 4, size=(10_000, 2))
    assert estimate_entropy(square) == pytest.approx(np.log(16), abs=0.05)


def test_points_that_coincide_are_left_out():
    z = np.random.default_rng(0).normal(size=(2_000, 2))
    doubled = np.concatenate([z, np.zeros((10, 2))])
    assert estimate_entropy(doubled) == pytest.approx(estimate_entropy(z), abs=0.02)
    assert estimate_entropy(np.zeros((10, 2))) == -np.inf
