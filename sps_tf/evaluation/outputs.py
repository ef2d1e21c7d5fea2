"""What a model makes of sequences, as NumPy arrays, batch by batch."""

from typing import NamedTuple

import keras
import numpy as np

from sps_tf.frames import in_batches
from sps_tf.seeds import StepSeed, fold


class Predictions(NamedTuple):
    """The prior's free runs over frames 2..T; None where the model has no such part.

    `z_prior` (n, time - 1, content) and `z_symmetry` (transforms, n, time - 1, content).
    """

    z_prior: np.ndarray | None
    z_symmetry: np.ndarray | None


def encode(model: keras.Model, frames: np.ndarray, batch_size: int) -> np.ndarray:
    """Encode sequences, batch by batch.

    Args:
        model: SPS, or a baseline.
        frames: (n, time, height, width, channels), uint8 or floats in [0, 1].
        batch_size: sequences that go through at a time, at least 1.

    Returns:
        (n, time, latent) float32, the encoder's means.
    """
    return in_batches(model.encode, frames, batch_size)


def predict(
    model: keras.Model, z: np.ndarray, n_given: int, n_transforms: int, seed: int
) -> Predictions:
    """Run the prior freely after the given frames, plainly and under its group.

    Args:
        model: SPS, or a baseline without a prior.
        z: (n, time, latent), the encoder's means.
        n_given: frames given, at least 1.
        n_transforms: random transforms for each sequence; 0: none.
        seed: the run's; the transforms are drawn from a stream of it that belongs to evaluation
            alone. Other numbers of sequences draw other transforms.

    Returns:
        Both predictions.
    """
    if not model.has_prior:
        return Predictions(None, None)
    z_prior = to_numpy(model.rollout(z, n_given=n_given))
    if model.group is None or n_transforms < 1:
        return Predictions(z_prior, None)
    stream = StepSeed(fold(seed, "evaluation", "transforms"), 0)
    z_symmetry = model.transformed_rollout(
        z, seed=stream, n_transforms=n_transforms, n_given=n_given
    )
    return Predictions(z_prior, to_numpy(z_symmetry))


def with_style(model: keras.Model, content: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Complete content, predicted or not, with a style of the same sequence (section A.3.1).

    Args:
        model: names the latents.
        content: (n, time - 1, content); or of all times.
        z: (n, time, latent); the style is that of the first frame, which is always given.

    Returns:
        (n, time - 1, latent), or of all times.
    """
    style = z[:, :1, model.layout.indices(model.layout.style)]
    style = np.broadcast_to(style, (*content.shape[:2], style.shape[-1]))
    return np.concatenate([content, style], axis=-1)


def batches(n: int, batch_size: int) -> list[slice]:
    """Cut n sequences into slices of `batch_size`; the last may be shorter."""
    return [slice(start, start + batch_size) for start in range(0, n, batch_size)]


def to_numpy(tensor: object) -> np.ndarray:
    """Fetch a tensor of any backend, precision or device as float32."""
    return keras.ops.convert_to_numpy(tensor).astype(np.float32)
