"""What a model makes of a test split, as NumPy arrays, batch by batch."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sps_tf.errors import UserError, did_you_mean
from sps_tf.frames import to_unit

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict


class Predictions(NamedTuple):
    """The prior's free runs over frames 2..T; None where the model has no such part.

    `z_prior` (n, time - 1, content) and `z_symmetry` (transforms, n, time - 1, content).
    """

    z_prior: np.ndarray | None
    z_symmetry: np.ndarray | None


def encode_split(model: "keras.Model", frames: np.ndarray, config: "ConfigDict") -> np.ndarray:
    """Encode all frames of a split, batch by batch.

    Args:
        model: SPS, or a baseline.
        frames: (n, time, height, width, channels) uint8.
        config: The run's config; `evaluation.batch_size` sequences go through at a time.

    Returns:
        (n, time, latent) float32, the encoder's means.
    """
    latents = [to_numpy(model.encode(to_unit(frames[b]))) for b in batches(len(frames), config)]
    return np.concatenate(latents)


def predict(model: "keras.Model", z: np.ndarray, config: "ConfigDict") -> Predictions:
    """Run the prior freely after `evaluation.n_given` frames, plainly and under its group.

    Args:
        model: SPS, or a baseline without a prior.
        z: (n, time, latent), the encoder's means.
        config: The run's config; `evaluation.n_transforms` random transforms for each sequence,
            drawn from a stream of `seed` that belongs to evaluation alone.

    Returns:
        Both predictions.
    """
    if not model.has_prior:
        return Predictions(None, None)
    n_given, n_transforms = config.evaluation.n_given, config.evaluation.n_transforms
    z_prior = to_numpy(model.rollout(z, n_given=n_given))
    if model.group is None or n_transforms < 1:
        return Predictions(z_prior, None)
    from sps_tf.seeds import StepSeed, fold

    seed = StepSeed(fold(config.seed, "evaluation", "transforms"), 0)
    z_symmetry = model.transformed_rollout(z, seed=seed, n_transforms=n_transforms, n_given=n_given)
    return Predictions(z_prior, to_numpy(z_symmetry))


def free_latents(model: "keras.Model") -> tuple[str, ...]:
    """Name the content latents that the model's group leaves alone; none without a group."""
    if not model.has_prior or model.group is None:
        return ()
    return tuple(name for name in model.layout.content if name not in model.group.dims)


def is_audio(config: "ConfigDict") -> bool:
    """Tell whether frames are pictures of notes; runs older than that choice are video."""
    return config.get("modality", "video") == "audio"


def decodes_frames(model: "keras.Model") -> bool:
    """Tell whether a model decodes frames like those it encodes; SPICE decodes spectra only."""
    return getattr(model, "decodes_frames", True)


def with_style(model: "keras.Model", content: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Complete predicted content with a style of the same sequence (section A.3.1).

    Args:
        model: Names the latents.
        content: (n, time - 1, content).
        z: (n, time, latent); the style is that of the first frame, which is always given.

    Returns:
        (n, time - 1, latent).
    """
    style = z[:, :1, model.layout.indices(model.layout.style)]
    style = np.broadcast_to(style, (*content.shape[:2], style.shape[-1]))
    return np.concatenate([content, style], axis=-1)


def check_arrays(arrays: dict[str, np.ndarray], config: "ConfigDict") -> None:
    """Check that a split holds what the evaluation reads.

    Args:
        arrays: Features of the split by name.
        config: The run's config.

    Raises:
        UserError: No frames or no label of the name `evaluation.label` (unless that is empty),
            frames that are not uint8 or float, or no sequences.
    """
    for name in ("frames", config.evaluation.label):
        if name and name not in arrays:  # "": there are no labels
            raise UserError(
                f"The test split holds {', '.join(sorted(arrays))}."
                f"{did_you_mean(name, arrays)} Received: evaluation of {name!r}"
            )
    frames = arrays["frames"]
    if frames.dtype not in (np.uint8, np.float16, np.float32) or not len(frames):
        raise UserError(
            "Frames of the test split must be uint8 or floats and at least one sequence. "
            f"Received: {len(frames)} sequences of {frames.dtype}"
        )


def batches(n: int, config: "ConfigDict") -> list[slice]:
    """Cut n sequences into slices of `evaluation.batch_size`; the last may be shorter."""
    size = config.evaluation.batch_size
    return [slice(start, start + size) for start in range(0, n, size)]


def to_numpy(tensor: object) -> np.ndarray:
    """Fetch a tensor of any backend, precision or device as float32."""
    import keras

    return keras.ops.convert_to_numpy(tensor).astype(np.float32)
