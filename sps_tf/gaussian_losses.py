"""Divergences of Gaussians with diagonal covariance, for the baselines of section A.4.

GMVAE is Luo et al. 2019, TS-DSAE Luo et al. 2022; the terms are those of their published code.
"""

import math

import keras
from keras import ops


def gaussian_kl(
    mean: keras.KerasTensor,
    logvar: keras.KerasTensor,
    other_mean: keras.KerasTensor | float = 0.0,
    other_logvar: keras.KerasTensor | float = 0.0,
) -> keras.KerasTensor:
    """Return KL(N(mean, e^logvar) || N(other_mean, e^other_logvar)) of each dimension.

    Args:
        mean: any shape.
        logvar: log of the variance, the same shape.
        other_mean: of a shape that broadcasts to it. Default 0.
        other_logvar: of a shape that broadcasts to it. Default 0: variance 1.

    Returns:
        Nats, float32, of the broadcast shape.
    """
    mean, logvar = ops.cast(mean, "float32"), ops.cast(logvar, "float32")
    other_mean, other_logvar = ops.cast(other_mean, "float32"), ops.cast(other_logvar, "float32")
    square = ops.square(mean - other_mean) * ops.exp(-other_logvar)
    return 0.5 * (ops.exp(logvar - other_logvar) + square - 1.0 - logvar + other_logvar)


def responsibilities(z: keras.KerasTensor, means: keras.KerasTensor) -> keras.KerasTensor:
    """Return q(k | z) of a mixture of Gaussians with variance 1 and equal shares.

    Args:
        z: (n, latent).
        means: (component, latent).

    Returns:
        (n, component), rows that add up to 1.
    """
    return ops.softmax(-0.5 * _squared_distances(z, means), axis=-1)


def mixture_kl(
    mean: keras.KerasTensor,
    logvar: keras.KerasTensor,
    means: keras.KerasTensor,
    shares: keras.KerasTensor,
) -> keras.KerasTensor:
    """Return sum_k q_k KL(N(mean, e^logvar) || N(m_k, 1)).

    Args:
        mean: (n, latent).
        logvar: (n, latent).
        means: (component, latent), m.
        shares: (n, component), q.

    Returns:
        (n,) nats.
    """
    # The part that no component changes, once; and half of the squared distances.
    own = ops.sum(gaussian_kl(ops.zeros_like(mean), logvar), axis=-1)
    return own + 0.5 * ops.sum(shares * _squared_distances(mean, means), axis=-1)


def component_kl(shares: keras.KerasTensor) -> keras.KerasTensor:
    """Return KL(q || 1/K), sum_k q_k log q_k + log K, of (n, component) shares: (n,) nats."""
    safe = ops.maximum(ops.cast(shares, "float32"), keras.config.epsilon())
    return ops.sum(shares * ops.log(safe), axis=-1) + math.log(shares.shape[-1])


def _squared_distances(z: keras.KerasTensor, means: keras.KerasTensor) -> keras.KerasTensor:
    """Return (n, component)."""
    difference = ops.cast(z, "float32")[:, None] - ops.cast(means, "float32")[None]
    return ops.sum(ops.square(difference), axis=-1)
