"""Moments of the latents and the test for collapsed ones."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.metrics import latent_std, moments
from sps_tf.metrics.latent_statistics import moving_latents


def test_hand_computed_moments():
    z = np.array([[[1.0, 10.0]], [[3.0, 10.0]]], np.float32)
    mean, std = moments(z)
    assert mean.tolist() == [2, 10]
    assert std.tolist() == [1, 0]
    assert latent_std(z, ("z1", "z2")) == {"latent_std/z1": 1.0, "latent_std/z2": 0.0}


def test_small_latents_move_and_rounding_does_not():
    rng = np.random.default_rng(0)
    small = rng.normal(size=(8, 4, 1)) * 1e-4
    rounding = 0.1 + rng.normal(size=(8, 4, 1)) * 1e-9
    z = np.concatenate([small, rounding, np.zeros((8, 4, 1))], axis=-1)
    assert moving_latents(z).tolist() == [True, False, False]


def test_one_name_for_each_latent():
    with pytest.raises(UserError, match="each of the 3 latents"):
        latent_std(np.zeros((2, 2, 3)), ("z1", "z2"))
