"""Latent traversal (Figures 5 and 19): what the decoder draws when one latent at a time moves."""

from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.image_table import draw_image_table


def _offsets(n_steps: int, extent: float) -> np.ndarray:
    if n_steps < 2:
        raise UserError(f"a traversal needs at least 2 steps. Received: {n_steps}")
    return np.linspace(-extent, extent, n_steps)


def traversal_codes(
    mean: np.ndarray, std: np.ndarray, n_steps: int = 9, extent: float = 2.0
) -> np.ndarray:
    """Make the codes to decode: row i moves latent i, the others stay at their mean.

    Figure 19 moves z_i from -2 to 2 and holds the others at 0. Here the unit is the latent's own
    spread, because nothing ties the latents' scale to 1.

    Args:
        mean: (latent,), mean of each latent over the training set.
        std: (latent,), its standard deviation.
        n_steps: Codes a row, evenly spaced. Default 9.
        extent: The rows run from -extent to +extent standard deviations. Default 2, as the paper.

    Returns:
        (latent, n_steps, latent) float32.

    Raises:
        UserError: Fewer than 2 steps.
    """
    mean, std = np.asarray(mean, np.float64), np.asarray(std, np.float64)
    moves = np.einsum("i,s,ij->isj", std, _offsets(n_steps, extent), np.eye(len(std)))
    return (mean + moves).astype(np.float32)


def draw_traversal(
    images: np.ndarray,
    latent_names: Sequence[str],
    title: str,
    extent: float = 2.0,
    rows_per_group: int = 0,
) -> np.ndarray:
    """Draw the decoded codes of `traversal_codes`, a row for each latent.

    Args:
        images: (latent, n_steps, height, width, channels) in [0, 1].
        latent_names: One a row.
        title: Above the picture.
        extent: As given to `traversal_codes`.
        rows_per_group: A wider gap follows each model's rows. Default 0: one model.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: Wrong axes, or names that do not match.
    """
    columns = [f"{x:+.2g}" if x else "0" for x in _offsets(images.shape[1], extent).round(3)]
    axis = "latent of the row, in std from its mean"
    return draw_image_table(images, latent_names, columns, title, axis, rows_per_group)
