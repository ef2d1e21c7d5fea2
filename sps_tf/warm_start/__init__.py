"""A start from which short runs converge. None of it is in the paper; no label is used.

A randomly started encoder folds 3-D space, and unfolding it takes most of a long training. Three
stages avoid that:

1. *Moments*: numbers that say where in the picture things are, see
   `sps_tf.layers.FrameMoments`; of each body, `sps_tf.layers.BodyMoments`. Of sound, numbers that
   change slowly, see `sps_tf.layers.SlowComponents`.
2. *Alignment*: the encoder's flow learns to turn them into coordinates that suit the group, by the
   method's own latent losses, see `sps_tf.warm_start.alignment`.
3. *Imitation*: the encoder's convolutions, randomly started, learn to give the moments, see
   `sps_tf.warm_start.imitation`.
"""

from collections.abc import Callable

import keras
import numpy as np

from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import ConvEncoder, SlowComponents, make_moments
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.sps import SPS
from sps_tf.warm_start.alignment import align
from sps_tf.warm_start.imitation import imitate


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
    align_information: float = 0.2,
    moments_size: str = "mass",
    slow_components: int = 0,
    slow_horizon_steps: int = 1,
    imitate_noise: float = 0.0,
    silent_style: bool = False,
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
        align_information: weight in stage 2 of the information lost, beside the mean of the latent
            losses. Default 0.2.
        moments_size: the `size_measure` of stage 1's moments, for a model without any of its own.
            Default "mass".
        slow_components: of sound, how many principal components `sps_tf.layers.SlowComponents`
            combines, which take the moments' place. Default 0: the moments.
        slow_horizon_steps: see `sps_tf.layers.SlowComponents`. Default 1.
        imitate_noise: standard deviation of noise on what the first convolution reads in stage 3.
            Default 0.
        silent_style: whether the style's latents are 0 after stage 3, whatever the frame; they
            learn from there. For training data of one style. Default False.
        progress: called with a line of text at each stage.
    """
    found = None
    if imitate_steps:
        progress("slow components of the frames" if slow_components else "moments of the frames")
        moments = model.moments or moments_of(
            model.encoder, model.layout, moments_size, slow_components, slow_horizon_steps
        )
        found = _latents(moments, frames, progress)
    if found is not None:
        latents, whole = found
        if align_steps and isinstance(model, SPS):
            settings = (align_steps, align_starts, align_rate, align_transforms, align_information)
            align(model, latents, seed, *settings, progress)
        loss = imitate(
            model, frames, latents, whole, seed, imitate_steps, imitate_rate, imitate_noise
        )
        if silent_style:
            _silence_style(model)
        progress(f"imitation by the encoder: mean squared error {loss:.4g}")


def _silence_style(model: SequenceModel) -> None:
    head = model.encoder.mean_head
    heard = np.ones(model.layout.size, "float32")
    heard[model.layout.indices(model.layout.style)] = 0
    head.kernel.assign(head.kernel * heard)
    head.bias.assign(head.bias * heard)


def moments_of(
    encoder: ConvEncoder,
    layout: LatentLayout,
    moments_size: str,
    slow_components: int,
    slow_horizon_steps: int,
) -> keras.layers.Layer:
    """Return the layer of stage 1; arguments as those of `run`."""
    if not slow_components:
        return make_moments(layout.content_size, layout.n_bodies, moments_size)
    read = encoder.centering
    if read is not None:
        read = type(read).from_config({**read.get_config(), "dtype": "float32"})
    return SlowComponents(
        layout.content_size, slow_components, slow_horizon_steps, read, name="moments"
    )


def _latents(
    moments: keras.layers.Layer, frames: np.ndarray, progress: Callable[[str], None]
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return moments for the content latents, and which frames are whole.

    None, and say so, if there are not as many as content latents.
    """
    n_ways = moments.adapt(frames)
    if n_ways == moments.size:
        return moments.latents(frames)
    progress(
        f"what moves in the frames varies in {n_ways} ways only, with {moments.size} content "
        "latents: the encoder starts at random"
    )
    return None
