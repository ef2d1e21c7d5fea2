"""The metrics of a run, named as in its results (Tables 2 and 4)."""

from typing import TYPE_CHECKING

import numpy as np

from launch.evaluation.outputs import (
    batches,
    check_arrays,
    encode_split,
    free_latents,
    predict,
    to_numpy,
    to_unit,
    with_style,
)
from sps_tf import metrics

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict


def evaluate(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray | None = None,
) -> dict[str, float]:
    """Score a model on the test split (Tables 2 and 4).

    Latents are the encoder's means, without noise. The prior runs freely after
    `config.evaluation.n_given` frames, also for the image predictions. Deterministic in
    `config.seed`, which the transforms of the equivariance error derive from.

    Args:
        model: SPS, or a baseline without a prior.
        arrays: The test split: `frames` (n, time, height, width, channels) uint8, and the labels
            (n, time, label) under the name `config.evaluation.label`.
        config: The run's config.
        z: What `encode_split` returned for the same model and arrays, if it is at hand.

    Returns:
        Metric names, each beginning with `test/`, and their values. What the model has no part
        for (a prior, a group, a free latent) is absent.

    Raises:
        UserError: Arrays without these entries or of the wrong type, or latents that cannot be
            scored, such as NaN.
    """
    check_arrays(arrays, config)
    z = encode_split(model, arrays["frames"], config) if z is None else z
    z_prior, z_symmetry = predict(model, z, config)
    content = model.layout.indices(model.layout.content)
    scores = _probe(model, z, arrays, config)
    scores |= _reconstruct(model, arrays["frames"], z, z_prior, config)
    if z_prior is not None:
        scores |= metrics.prior_mse(z[..., content], z_prior)
    if z_symmetry is not None:
        scores |= metrics.equivariance_error(z[..., content], z_prior, z_symmetry)
    scores |= metrics.latent_std(z, model.layout.names)
    return {f"test/{name}": value for name, value in scores.items()}


def _probe(
    model: "keras.Model", z: np.ndarray, arrays: dict[str, np.ndarray], config: "ConfigDict"
) -> dict[str, float]:
    targets, labels = arrays[config.evaluation.label], tuple(config.evaluation.label_names)
    content = z[..., model.layout.indices(model.layout.content)]
    scores = metrics.linear_projection_mse(content, targets, labels)
    scores |= metrics.linear_projection_mse(
        content, targets, labels, held_out=False, name="linear_projection_mse_same_points"
    )
    free = free_latents(model)
    if free:
        z_free = z[..., model.layout.indices(free)]
        scores |= metrics.linear_projection_mse(z_free, targets, labels, name="free_latent_mse")
        # Each label is a question of its own; a mean over them would say nothing.
        del scores["free_latent_mse"]
    return scores


def _reconstruct(
    model: "keras.Model",
    frames: np.ndarray,
    z: np.ndarray,
    z_prior: np.ndarray | None,
    config: "ConfigDict",
) -> dict[str, float]:
    score = metrics.ReconstructionScore()
    for batch in batches(len(frames), config):
        logits_self = to_numpy(model.decode_logits(z[batch]))
        logits_prior = None
        if z_prior is not None:
            codes = with_style(model, z_prior[batch], z[batch])
            logits_prior = to_numpy(model.decode_logits(codes))
        score.update(to_unit(frames[batch]), logits_self, logits_prior)
    return score.result()
