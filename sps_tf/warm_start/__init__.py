"""A start from which short runs converge. None of it is in the paper; no label is used.

A randomly started encoder folds 3-D space, and unfolding it takes most of a long training. Three
stages avoid that:

1. *Moments*: numbers that say where in the picture things are, see
   `sps_tf.layers.FrameMoments`; of each body, `sps_tf.layers.BodyMoments`. Of sound, numbers that
   change slowly, see `sps_tf.warm_start.slow_components`.
2. *Alignment*: the encoder's flow learns to turn them into coordinates that suit the group, by the
   method's own latent losses, see `sps_tf.warm_start.alignment`.
3. *Imitation*: the encoder's convolutions, randomly started, learn to give the moments, see
   `sps_tf.warm_start.imitation`.
"""

from collections.abc import Callable

import numpy as np

from sps_tf.layers import make_moments
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.sps import SPS
from sps_tf.warm_start.alignment import align
from sps_tf.warm_start.imitation import imitate
from sps_tf.warm_start.slow_components import slow_components as find_slow_components


def run(
    model: SequenceModel,
    frames: np.ndarray,
    seed: int,
    imitate_steps: int,
    imitate_rate: float,
    align_steps: int,
    align_starts: int,
    align_rate: float,
    align_transforms: int,
    moments_size: str = "mass",
    slow_components: int = 0,
    slow_horizon_steps: int = 2,
    imitate_noise: float = 0.0,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the chosen stages on a freshly built model.

    Args:
        model: changed in place.
        frames: (n, time, height, width, channels) the training frames,
            see `sps_tf.frames.to_unit`.
        seed: the run's seed.
        imitate_steps: training steps of stage 3; 0 leaves stages 1 to 3 out.
        imitate_rate: Adam's learning rate in stage 3, decaying to 0.
        align_steps: training steps of stage 2; 0 leaves it out, as for a model
            without a prior.
        align_starts: number of random rotations tried.
        align_rate: Adam's learning rate in stage 2, decaying to 0.
        align_transforms: K of stage 2, at most the model's own.
        moments_size: the `size_measure` of stage 1's moments, for a model without any of its own.
            Default "mass".
        slow_components: principal components of the encoder's input whose slowest directions take
            the moments' place, as for sound. Default 0: the moments.
        slow_horizon_steps: see `sps_tf.warm_start.slow_components`; of a model without a prior the
            principal components themselves are taken. Default 2.
        imitate_noise: standard deviation of noise on what the first convolution reads in stage 3.
            Default 0.
        progress: called with a line of text at each stage.
    """
    found = None
    if imitate_steps and slow_components:
        progress("slow components of the frames")
        horizon_steps = slow_horizon_steps if isinstance(model, SPS) else 0
        found = _slow(model, frames, slow_components, horizon_steps, progress)
    elif imitate_steps:
        progress("moments of the frames")
        found = _moments(model, frames, moments_size, progress)
    if found is not None:
        latents, whole = found
        if align_steps and isinstance(model, SPS):
            settings = (align_steps, align_starts, align_rate, align_transforms)
            align(model, latents, seed, *settings, progress)
        loss = imitate(
            model, frames, latents, whole, seed, imitate_steps, imitate_rate, imitate_noise
        )
        progress(f"imitation by the encoder: mean squared error {loss:.4g}")


def _moments(
    model: SequenceModel, frames: np.ndarray, size_measure: str, progress: Callable[[str], None]
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return moments for the content latents, and which frames are whole.

    None, and say so, if there are not as many as content latents.
    """
    size = model.layout.content_size
    moments = model.moments or make_moments(size, model.layout.n_bodies, size_measure)
    n_ways = moments.adapt(frames)
    if n_ways == size:
        return moments.latents(frames)
    _say_too_few(n_ways, size, progress)
    return None


def _slow(
    model: SequenceModel,
    frames: np.ndarray,
    n_components: int,
    horizon_steps: int,
    progress: Callable[[str], None],
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return slow components for the content latents, all frames counting alike; or None."""
    size = model.layout.content_size
    latents = find_slow_components(model.encoder, frames, size, n_components, horizon_steps)
    if latents.shape[-1] == size:
        return latents, np.ones(latents.shape[:-1], "float32")
    _say_too_few(latents.shape[-1], size, progress)
    return None


def _say_too_few(n_ways: int, size: int, progress: Callable[[str], None]) -> None:
    progress(
        f"what moves in the frames varies in {n_ways} ways only, with {size} content latents: the "
        "encoder starts at random"
    )
