"""Mean and spread of the latents over a data split, and which latents move at all."""

import logging
from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError

# Below this share of its mean, a float32 latent's spread is rounding noise.
_FLOAT32_RESOLUTION = 1e-6


def check_sequences(name: str, values: np.ndarray) -> np.ndarray:
    """Return `values` in float64 after checking that they are finite sequences.

    Args:
        name: What the array is, for the message.
        values: (n, time, features).

    Returns:
        The same values, float64.

    Raises:
        UserError: Not three axes, an empty axis, or NaN or infinity among the values.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 3 or 0 in values.shape:
        raise UserError(
            f"{name} must have shape (n, time, features), none of them 0. "
            f"Received: shape {values.shape}"
        )
    if not np.isfinite(values).all():
        count = int(np.size(values) - np.isfinite(values).sum())
        raise UserError(f"{name} must be finite. Received: {count} values that are NaN or infinite")
    return values


def moments(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute the mean and the standard deviation of each latent over all points.

    Args:
        z: (n, time, latent).

    Returns:
        (mean, std), each (latent,) float64; the std divides by the number of points.
    """
    z = np.asarray(z, dtype=np.float64)
    return z.mean(axis=(0, 1)), z.std(axis=(0, 1))


def moving_latents(z: np.ndarray) -> np.ndarray:
    """Tell the latents that vary over the split from the collapsed ones.

    Args:
        z: (n, time, latent).

    Returns:
        (latent,) bool; False where the spread is no more than float32 rounding.
    """
    mean, std = moments(z)
    return std > _FLOAT32_RESOLUTION * np.abs(mean)


def warn_collapsed(z: np.ndarray, score: str) -> np.ndarray:
    """Return `moving_latents(z)`, and log which latents `score` leaves out.

    Args:
        z: (n, time, latent).
        score: Name of the score that is about to be computed.

    Returns:
        (latent,) bool, as `moving_latents`.
    """
    moving = moving_latents(z)
    if not moving.all():
        positions = ", ".join(str(i + 1) for i in np.flatnonzero(~moving))
        logging.warning(
            "%s leaves out latent number %s: collapsed, it is the same for every frame.",
            score,
            positions,
        )
    return moving


def latent_std(z: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """Report the standard deviation of each latent; one near 0 has collapsed.

    Args:
        z: (n, time, latent).
        names: Names of the latents, in order.

    Returns:
        `latent_std/<name>` for each latent.

    Raises:
        UserError: Not one name for each latent.
    """
    z = check_sequences("latents", z)
    if len(names) != z.shape[-1]:
        raise UserError(
            f"latent_std needs one name for each of the {z.shape[-1]} latents. "
            f"Received: {tuple(names)}"
        )
    return {
        f"latent_std/{name}": float(std) for name, std in zip(names, moments(z)[1], strict=True)
    }
