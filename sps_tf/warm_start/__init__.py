"""A start from which short runs converge. None of it is in the paper; no label is used.

A randomly started encoder folds 3-D space, and unfolding it takes most of a long training. Three
stages avoid that:

1. *Moments*: numbers that say where in the picture things are, see
   `sps_tf.layers.FrameMoments`; of each body, `sps_tf.layers.BodyMoments`. Of sound, numbers that
   change slowly, see `sps_tf.layers.SlowComponents`.
2. *Imitation*: the encoder's convolutions, randomly started, learn to give the moments, see
   `sps_tf.warm_start.imitation`.
3. *Alignment*: the encoder's flow learns to turn them into coordinates that suit the group, by the
   method's own latent losses, see `sps_tf.warm_start.alignment`.

For sounds of many timbres one stage takes their place: the encoder's place head learns from the
latent losses alone, see `sps_tf.warm_start.places`.
"""

from collections.abc import Callable

import keras
import numpy as np

from sps_tf.frames import in_batches
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import ConvEncoder, FrequencyBlur, Partials, SlowComponents, make_moments
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.sps import SPS
from sps_tf.warm_start.alignment import align
from sps_tf.warm_start.imitation import Shifts, imitate
from sps_tf.warm_start.places import teach_places
from sps_tf.warm_start.settings import WarmStart

# What an encoder reads spectra through; another layer of it has weights of its own.
_OF_SPECTRA = (FrequencyBlur, Partials)


def run(
    model: SequenceModel,
    frames: np.ndarray,
    seed: int,
    settings: WarmStart,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the chosen stages on a freshly built model.

    Args:
        model: changed in place.
        frames: (n, time, height, width, channels) the training frames,
            see `sps_tf.frames.to_unit`.
        seed: the run's seed.
        settings: which stages, and how.
        progress: called with a line of text at each stage. Default: nothing.
    """
    if settings.place_steps and isinstance(model, SPS):
        steps, starts = settings.place_steps, settings.place_starts
        teach_places(model, frames, seed, steps, starts, settings.place_rate, progress)
    if settings.imitate_steps:
        _align_and_imitate(model, frames, seed, settings, progress)
    if settings.silent_style:
        _silence_style(model)


def _align_and_imitate(
    model: SequenceModel,
    frames: np.ndarray,
    seed: int,
    settings: WarmStart,
    progress: Callable[[str], None],
) -> None:
    """Run stages 1 to 3."""
    slow = settings.slow_components
    progress("slow components of the frames" if slow else "moments of the frames")
    moments = model.moments or moments_of(model.encoder, model.layout, settings)
    found = _latents(moments, frames, progress)
    if found is None:
        return
    latents, whole = found
    moved = moments.transpositions(len(frames)) if settings.transpose_octaves else None
    shifts = None
    if settings.shift_pixels:
        shifts = Shifts(moments, moments.sums(frames), settings.shift_pixels)
    imitator, loss = imitate(
        model,
        frames,
        latents,
        whole,
        seed,
        settings.imitate_steps,
        settings.imitate_rate,
        settings.imitate_noise,
        moved,
        shifts,
    )
    progress(f"imitation by the encoder: mean squared error {loss:.4g}")
    if settings.align_steps and isinstance(model, SPS):
        if shifts is not None:
            # Of frames with something cut off the encoder knows more than the moments now.
            latents = imitator.latents(frames)
        align(
            model,
            latents,
            seed,
            settings.align_steps,
            settings.align_starts,
            settings.align_rate,
            settings.align_transforms,
            settings.align_information,
            progress,
        )
        if settings.transpose_octaves:
            _scale_to(model, moments, frames)


def _scale_to(model: SPS, moments: keras.layers.Layer, frames: np.ndarray) -> None:
    """Bring the latents of the frames as they are, not moved, to a mean of 0 and a spread of 1."""
    flow = model.encoder.flow
    z = in_batches(lambda part: flow(model.layout.fold(moments(part)[0]))[0], frames)
    spread = np.sqrt(z.var(axis=(0, 1)).mean())
    flow.rescale(z.mean(axis=(0, 1)), float(spread))


def _silence_style(model: SequenceModel) -> None:
    head = model.encoder.mean_head
    heard = np.ones(model.layout.size, "float32")
    heard[model.layout.indices(model.layout.style)] = 0
    heard = heard[-head.units :]  # a place head gives the first latent
    head.kernel.assign(head.kernel * heard)
    head.bias.assign(head.bias * heard)


def moments_of(
    encoder: ConvEncoder, layout: LatentLayout, settings: WarmStart
) -> keras.layers.Layer:
    """Return the layer of stage 1 for an encoder and its latents."""
    if not settings.slow_components:
        return make_moments(layout.content_size, layout.n_bodies, settings.moments_size)
    read = encoder.centering if isinstance(encoder.centering, _OF_SPECTRA) else None
    if read is not None:
        read = type(read).from_config({**read.get_config(), "dtype": "float32"})
    n_slow, horizon = settings.slow_components, settings.slow_horizon_steps
    moved = settings.transpose_octaves
    return SlowComponents(layout.content_size, n_slow, horizon, read, moved, name="moments")


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
