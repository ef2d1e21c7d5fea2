"""Each term against a hand calculation."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import losses


def test_cross_entropy_is_the_sum_over_pixels_of_the_textbook_formula():
    rng = np.random.default_rng(0)
    x, p = rng.uniform(size=(2, 3, 4, 2)), rng.uniform(0.05, 0.95, size=(2, 3, 4, 2))
    logits = np.log(p / (1 - p))
    expected = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3))
    value = losses.binary_cross_entropy(x.astype("float32"), logits.astype("float32"))
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_cross_entropy_stays_finite_for_extreme_logits():
    x = np.array([0.0, 1.0], "float32").reshape(2, 1, 1, 1)
    logits = np.array([500.0, -500.0], "float32").reshape(2, 1, 1, 1)
    np.testing.assert_allclose(losses.binary_cross_entropy(x, logits), [500.0, 500.0], rtol=1e-5)


def gradients(function, *arrays: np.ndarray) -> list[np.ndarray]:
    """Differentiate the sum of a function by each of its arguments, on this backend."""
    if keras.backend.backend() == "jax":
        import jax

        return list(jax.grad(lambda *x: ops.sum(function(*x)), range(len(arrays)))(*arrays))
    tf = pytest.importorskip("tensorflow")
    x = [tf.Variable(array) for array in arrays]
    with tf.GradientTape() as tape:
        total = ops.sum(function(*(v.value() for v in x)))
    return [np.asarray(gradient) for gradient in tape.gradient(total, x)]


def test_cross_entropy_has_the_textbook_gradient():
    rng = np.random.default_rng(0)
    x = rng.uniform(size=(2, 3, 4, 2)).astype("float32")
    logits = rng.normal(scale=4.0, size=x.shape).astype("float32")
    factor = np.array([0.5, -2.0], "float32")
    by_x, by_logits = gradients(lambda a, b: factor * losses.binary_cross_entropy(a, b), x, logits)
    scale = factor[:, None, None, None]
    np.testing.assert_allclose(by_x, -logits * scale, rtol=1e-6)
    np.testing.assert_allclose(by_logits, (1 / (1 + np.exp(-logits)) - x) * scale, atol=1e-6)


def test_squared_distance_sums_time_and_latents_and_averages_the_rest():
    a = np.zeros((2, 3, 4, 2), "float32")
    b = a.copy()
    b[0, 0] = 1.0  # 4 x 2 differences of 1, in one of 6 sequences
    np.testing.assert_allclose(losses.squared_distance(a, b), 8 / 6, rtol=1e-6)
    np.testing.assert_allclose(losses.squared_distance(a, b, scale=4.0), 2 / 6, rtol=1e-6)


def test_kl_of_the_standard_normal_is_zero():
    zeros = np.zeros((2, 5, 3), "float32")
    assert float(losses.kl_divergence(zeros, zeros)) == 0.0


def test_kl_by_hand():
    # KL(N(1, 4) || N(0, 1)) = (1 + 4 - 1 - ln 4) / 2
    mean, logvar = np.ones((1, 2, 3), "float32"), np.full((1, 2, 3), np.log(4.0), "float32")
    expected = 6 * 0.5 * (4.0 - np.log(4.0))
    np.testing.assert_allclose(losses.kl_divergence(mean, logvar), expected, rtol=1e-6)


def test_scaled_latent_losses_do_not_change_when_the_latents_shrink():
    rng = np.random.default_rng(1)
    z, z_prior = rng.normal(size=(2, 8, 5, 3)).astype("float32")

    def scaled(factor: float) -> float:
        scale = losses.latent_variance(ops.convert_to_tensor(z * factor))
        return float(losses.squared_distance(z * factor, z_prior * factor, scale))

    np.testing.assert_allclose(scaled(0.1), scaled(1.0), rtol=1e-4)


def test_variance_is_that_of_numpy_and_shared_where_asked():
    z = np.random.default_rng(0).normal(size=(8, 5, 3)).astype("float32") * [1.0, 2.0, 3.0]
    own = z.reshape(-1, 3).var(axis=0)
    np.testing.assert_allclose(losses.latent_variance(z), own, rtol=1e-4)
    shared = (own[0] + own[2]) / 2
    expected = [shared, own[1], shared]
    np.testing.assert_allclose(losses.latent_variance(z, (0, 2)), expected, rtol=1e-4)


def test_every_term_has_a_symbol_of_the_paper():
    symbols = losses.PAPER_SYMBOLS | losses.BASELINE_SYMBOLS
    assert set(losses.LOSS_NAMES) == set(symbols)
    assert all(symbols.values())
    for name in losses.PAPER_SYMBOLS:
        assert f"`{name}`" in losses.__doc__


def test_inconstancy_is_fisher_s_share_of_variance_within_sequences():
    rng = np.random.default_rng(0)
    style = rng.normal(size=(200, 1, 2)) + 0.5 * rng.normal(size=(200, 6, 2))
    centred = style - style.mean(axis=1, keepdims=True)
    within = np.cov(centred.reshape(-1, 2).T, bias=True)
    expected = 6 * np.trace(np.linalg.solve(np.cov(style.reshape(-1, 2).T, bias=True), within))
    np.testing.assert_allclose(losses.inconstancy(style.astype("float32")), expected, rtol=1e-4)
    turned = (style @ [[1.0, 30.0], [-2.0, 5.0]] + 5).astype("float32")
    np.testing.assert_allclose(losses.inconstancy(turned), expected, rtol=1e-3)
    constant = np.broadcast_to(style[:, :1], style.shape).astype("float32")
    np.testing.assert_allclose(losses.inconstancy(constant), 0, atol=1e-5)


def test_latents_of_style_that_tell_the_same_are_as_inconstant_as_noise():
    rng = np.random.default_rng(0)
    colour = np.broadcast_to(rng.normal(size=(200, 1, 2)), (200, 6, 2))
    noise = 0.05 * rng.normal(size=(200, 6, 2))
    different = (colour + noise).astype("float32")
    same = (colour[..., :1] + noise).astype("float32")
    assert losses.inconstancy(different) < 0.1 < 5 < losses.inconstancy(same)


def test_information_lost_is_the_fall_of_entropy_whatever_the_scale():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(4, 50, 3)).astype("float32")
    z = z @ rng.normal(size=(3, 3)).astype("float32")
    log_determinant = rng.normal(size=(4, 50)).astype("float32")
    covariance = np.cov(z.reshape(-1, 3).T.astype("float64"), bias=True)
    expected = 50 * (0.5 * np.linalg.slogdet(covariance)[1] - log_determinant.mean())
    np.testing.assert_allclose(losses.information_lost(z, log_determinant), expected, rtol=1e-4)
    # Latents twice as large have a determinant 2^3 times as large.
    larger = losses.information_lost(2 * z, log_determinant + 3 * np.log(2))
    np.testing.assert_allclose(larger, expected, rtol=1e-4)
