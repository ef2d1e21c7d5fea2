"""How well the prior predicts, and how equivariant it is (equations 3 and 4, appendix A.2)."""

import numpy as np

from sps_tf.errors import UserError
from sps_tf.metrics.latent_statistics import check_sequences, moments, warn_collapsed


def prior_mse(z: np.ndarray, z_prior: np.ndarray) -> dict[str, float]:
    """Measure the prior's free run against the encoder's latents (L_prior of Tables 3 and 4).

    Both are normalised by the mean and standard deviation of each latent over the split, so that
    1 is about what predicting the mean gives and runs of different scale can be compared.

    Args:
        z: (n, time, latent), the encoder's means; content latents only (equation 8).
        z_prior: (n, time - 1, latent), the prediction of frames 2..T; the first n_given - 1
            of them are predicted from given latents, the rest free running.

    Returns:
        `prior_mse`: mean over sequences, frames 2..T and latents. Collapsed latents are left out
        with a warning; where all of them are collapsed the dict is empty.

    Raises:
        UserError: Shapes that do not belong together, or values that are not finite.
    """
    z, z_prior = check_sequences("latents", z), check_sequences("predicted latents", z_prior)
    _check_prediction(z, z_prior.shape)
    moving = warn_collapsed(z, "prior_mse")
    if not moving.any():
        return {}
    std = moments(z)[1][moving]
    error = (z_prior[..., moving] - z[:, 1:, moving]) / std  # the means cancel
    return {"prior_mse": float(np.mean(error**2))}


def equivariance_error(
    z: np.ndarray, z_prior: np.ndarray, z_symmetry: np.ndarray
) -> dict[str, float]:
    """Measure how far the prior R is from commuting with its group.

    The mean over K random transforms S_k of the group, sequences, frames 2..T and latents of
    ((S_k^-1(R(S_k(z))) - R(z)) / std)^2, both sides run freely after the given frames, std being
    each latent's standard deviation over the split: the first term of equation 4 in normalised
    latents. 0 is exact equivariance.

    Args:
        z: (n, time, latent), the encoder's means; content latents only.
        z_prior: (n, time - 1, latent), R(z).
        z_symmetry: (K, n, time - 1, latent), S_k^-1(R(S_k(z))).

    Returns:
        `equivariance_error`; an empty dict where every latent is collapsed.

    Raises:
        UserError: Shapes that do not belong together, or values that are not finite.
    """
    z, z_prior = check_sequences("latents", z), check_sequences("predicted latents", z_prior)
    _check_prediction(z, z_prior.shape)
    z_symmetry = np.asarray(z_symmetry, dtype=np.float64)
    if z_symmetry.ndim != 4 or len(z_symmetry) == 0 or z_symmetry.shape[1:] != z_prior.shape:
        raise UserError(
            f"transformed predictions must have shape (K, *{z_prior.shape}) with K of 1 or more. "
            f"Received: shape {z_symmetry.shape}"
        )
    moving = warn_collapsed(z, "equivariance_error")
    if not moving.any():
        return {}
    std = moments(z)[1][moving]
    error = check_sequences("transformed predictions", z_symmetry.reshape(-1, *z_prior.shape[1:]))
    error = error.reshape(z_symmetry.shape)[..., moving] - z_prior[..., moving]
    return {"equivariance_error": float(np.mean((error / std) ** 2))}


def _check_prediction(z: np.ndarray, shape: tuple[int, ...]) -> None:
    n, time, latent = z.shape
    if shape != (n, time - 1, latent):
        raise UserError(
            f"predictions of latents of shape {z.shape} must have shape {(n, time - 1, latent)}. "
            f"Received: shape {shape}"
        )
