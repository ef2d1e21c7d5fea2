"""L_prior and the equivariance error in normalised latents."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.metrics import equivariance_error, prior_mse


@pytest.fixture
def z():
    return np.random.default_rng(0).normal(size=(50, 6, 2)) * [1.0, 20.0] + [0.0, 7.0]


def test_perfect_prediction_scores_zero(z):
    assert prior_mse(z, z[:, 1:]) == {"prior_mse": 0.0}


def test_predicting_the_mean_scores_about_one(z):
    prediction = np.broadcast_to(z.mean(axis=(0, 1)), z[:, 1:].shape)
    assert prior_mse(z, prediction)["prior_mse"] == pytest.approx(1, abs=0.05)


def test_hand_computed_errors():
    # One latent with values 0 and 4: mean 2, standard deviation 2.
    z = np.array([[[0.0], [4.0]], [[4.0], [0.0]]])
    z_prior = np.array([[[2.0]], [[0.0]]])  # off by 2, that is 1 std, and by 0
    assert prior_mse(z, z_prior)["prior_mse"] == pytest.approx(0.5)
    z_symmetry = np.array([[[[2.0]], [[4.0]]], [[[0.0]], [[0.0]]]])  # off by 0, 4, -2, 0
    assert equivariance_error(z, z_prior, z_symmetry)["equivariance_error"] == pytest.approx(
        (0 + 4 + 1 + 0) / 4
    )


def test_scale_and_offset_of_latents_do_not_matter(z):
    prediction = z[:, 1:] + np.random.default_rng(1).normal(size=z[:, 1:].shape)
    symmetric = np.stack([prediction + 0.1, prediction * 1.1])
    moved = z * 3 - 5, prediction * 3 - 5, symmetric * 3 - 5
    assert prior_mse(*moved[:2]) == pytest.approx(prior_mse(z, prediction))
    assert equivariance_error(*moved) == pytest.approx(equivariance_error(z, prediction, symmetric))


def turn(z, angle_rad):
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return z @ np.array([[cos, -sin], [sin, cos]])


def test_prior_that_commutes_has_no_equivariance_error(z):
    # A turn by a fixed angle and a shrinking commute with every other turn.
    def prior(latents):
        return turn(0.5 * latents[:, :-1], 0.3)

    symmetric = np.stack([turn(prior(turn(z, angle)), -angle) for angle in (0.1, 1.0, 2.5)])
    assert equivariance_error(z, prior(z), symmetric)["equivariance_error"] < 1e-25


def test_prior_that_does_not_commute_has_a_known_error(z):
    # R(z) = z / 2 under translations: S^-1(R(S(z))) - R(z) = -offset / 2.
    def prior(latents):
        return 0.5 * latents[:, :-1]

    offsets = np.array([[1.0, 0.0], [0.0, 4.0]])
    symmetric = np.stack([prior(z + offset) - offset for offset in offsets])
    expected = np.mean((offsets / 2 / z.std(axis=(0, 1))) ** 2)
    error = equivariance_error(z, prior(z), symmetric)["equivariance_error"]
    assert error == pytest.approx(expected)


def test_collapsed_latent_is_left_out_and_said(z, caplog):
    # The mean of equal float32 numbers is off by rounding: such a spread is not a spread.
    flat = np.full((50, 6, 1), np.float32(0.1))
    both = np.concatenate([z, flat], axis=-1)
    prediction = both[:, 1:] + 1.0
    alone = prior_mse(z, prediction[..., :2])
    assert prior_mse(both, prediction) == pytest.approx(alone)
    assert "latent number 3: collapsed" in caplog.text
    assert prior_mse(flat, flat[:, 1:]) == {}
    assert equivariance_error(flat, flat[:, 1:], flat[None, :, 1:]) == {}


def test_shapes_that_do_not_belong_together(z):
    with pytest.raises(UserError, match=r"must have shape \(50, 5, 2\).*\(50, 6, 2\)"):
        prior_mse(z, z)
    with pytest.raises(UserError, match=r"K of 1 or more.*Received: shape \(50, 5, 2\)"):
        equivariance_error(z, z[:, 1:], z[:, 1:])
    with pytest.raises(UserError, match="transformed predictions must be finite"):
        equivariance_error(z, z[:, 1:], np.full((1, 50, 5, 2), np.inf))
