"""Divergences of Gaussians against SciPy's integrals and hand calculations."""

import numpy as np
import pytest
from scipy import integrate, stats

from sps_tf.gaussian_losses import component_kl, gaussian_kl, mixture_kl, responsibilities


def integral(mean, logvar, other_mean, other_logvar):
    """KL by numerical integration."""
    p = stats.norm(mean, np.exp(logvar / 2))
    q = stats.norm(other_mean, np.exp(other_logvar / 2))
    low, high = p.ppf([1e-12, 1 - 1e-12])
    return integrate.quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), low, high)[0]


@pytest.mark.parametrize("numbers", [(0.3, -1.0, 0.0, 0.0), (1.0, 0.5, -0.7, -4.0), (0, 0, 0, 0)])
def test_divergence_is_the_integral(numbers):
    found = float(gaussian_kl(*(np.float32(n) for n in numbers)))
    assert found == pytest.approx(integral(*numbers), rel=1e-4, abs=1e-6)


def test_standard_normal_is_the_default():
    mean, logvar = np.float32([0.5, -1.0]), np.float32([0.2, -0.3])
    expected = 0.5 * (mean**2 + np.exp(logvar) - 1 - logvar)
    np.testing.assert_allclose(gaussian_kl(mean, logvar), expected, rtol=1e-6)


def test_responsibilities_are_bayes_rule():
    rng = np.random.default_rng(0)
    z, means = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    densities = stats.norm(means[None], 1).pdf(z[:, None]).prod(axis=-1)
    expected = densities / densities.sum(axis=1, keepdims=True)
    found = responsibilities(z.astype("float32"), means.astype("float32"))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_mixture_divergence_is_the_mean_of_those_of_the_components():
    rng = np.random.default_rng(1)
    mean, logvar, means = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    shares = rng.dirichlet(np.ones(4), 5)
    each = 0.5 * (np.exp(logvar) - 1 - logvar)[:, None] + 0.5 * (mean[:, None] - means[None]) ** 2
    expected = (shares * each.sum(axis=-1)).sum(axis=-1)
    found = mixture_kl(*(np.float32(x) for x in (mean, logvar, means, shares)))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_component_divergence_is_0_for_equal_shares_and_log_k_for_one():
    shares = np.float32([[0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0], [0.5, 0.5, 0, 0]])
    np.testing.assert_allclose(component_kl(shares), [0, np.log(4), np.log(2)], atol=1e-5)
