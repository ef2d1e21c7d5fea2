"""The metrics of a run, named as in its results (Tables 1 to 4)."""

from typing import TYPE_CHECKING

import numpy as np

from sps_tf import metrics
from sps_tf.evaluation.label_sets import LabelSet, label_sets
from sps_tf.evaluation.outputs import (
    batches,
    check_arrays,
    decodes_frames,
    encode_split,
    free_latents,
    is_audio,
    predict,
    to_numpy,
    to_unit,
    with_style,
)
from sps_tf.evaluation.pitch_points import collect_pitch_points
from sps_tf.metrics import PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict


def evaluate(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray | None = None,
    points: PitchPoints | None = None,
) -> dict[str, float]:
    """Score a model on the test split (Tables 1 to 4).

    Latents are the encoder's means, without noise. The prior runs freely after
    `config.evaluation.n_given` frames, also for the image predictions. Deterministic in
    `config.seed`, which the transforms of the equivariance error derive from.

    Args:
        model: SPS, or a baseline without a prior.
        arrays: The test split: `frames` (n, time, height, width, channels) uint8, and the labels
            (n, time, label) under the name `config.evaluation.label`, where it is not empty.
        config: The run's config.
        z: What `encode_split` returned for the same model and arrays, if it is at hand.
        points: What `collect_pitch_points` returned for them, if it is at hand. For sound only.

    Returns:
        Metric names, each beginning with `test/`, and their values. What the model has no part
        for (a prior, a group, a free latent), or the data no labels for, is absent. Scores against
        labels that are derived (`evaluation.derived`) have `_2` in their names.

    Raises:
        UserError: Arrays without these entries or of the wrong type, or latents that cannot be
            scored, such as NaN.
    """
    check_arrays(arrays, config)
    z = encode_split(model, arrays["frames"], config) if z is None else z
    z_prior, z_symmetry = predict(model, z, config)
    content = model.layout.indices(model.layout.content)
    scores = {}
    if is_audio(config):
        points = collect_pitch_points(model, arrays, config, z) if points is None else points
        scores |= metrics.pitch_scores(points) | metrics.synthesis_scores(points)
    else:
        for labels in label_sets(arrays, config):
            scores |= _probe(model, z, labels)
    if decodes_frames(model):
        scores |= _reconstruct(model, arrays["frames"], z, z_prior, config)
    if z_prior is not None:
        scores |= metrics.prior_mse(z[..., content], z_prior)
    if z_symmetry is not None:
        scores |= metrics.equivariance_error(z[..., content], z_prior, z_symmetry)
    scores |= metrics.latent_std(z, model.layout.names)
    return {f"test/{name}": value for name, value in scores.items()}


def _probe(model: "keras.Model", z: np.ndarray, labels: LabelSet) -> dict[str, float]:
    """Score how linear the latents are in one set of labels."""
    content = z[..., model.layout.indices(model.layout.content)]
    targets, names, name = labels.targets, labels.names, f"linear_projection_mse{labels.suffix}"
    scores = metrics.linear_projection_mse(content, targets, names, name=name)
    scores |= metrics.linear_projection_mse(
        content, targets, names, held_out=False, name=f"{name}_same_points"
    )
    free = free_latents(model)
    if free:
        z_free, name = z[..., model.layout.indices(free)], f"free_latent_mse{labels.suffix}"
        scores |= metrics.linear_projection_mse(z_free, targets, names, name=name)
        # Each label is a question of its own; a mean over them would say nothing.
        del scores[name]
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
