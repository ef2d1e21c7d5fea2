"""A start from which short runs converge. None of it is in the paper; no label is used.

A randomly started encoder folds 3-D space, and unfolding it takes most of a long training. Three
stages avoid that:

1. *Smooth encoder*: each latent starts as a smooth function of where in the picture things are.
2. *Whitening*: the latents of some training sequences get mean 0 and covariance 1.
3. *Alignment*: a rotation of the latents that suits the group, see `sps_tf.latent_alignment`.
"""

from collections.abc import Callable

import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.frames import to_unit
from sps_tf.latent_alignment import align
from sps_tf.layers.encoder import ConvEncoder
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.sps import SPS


def run(
    model: SequenceModel,
    frames: np.ndarray,
    seed: int,
    smooth_encoder: bool,
    whiten_sequences: int,
    align_steps: int,
    align_starts: int,
    align_rate: float,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the chosen stages on a freshly built model.

    Args:
        model: changed in place.
        frames: (n, time, height, width, channels) the training frames,
            see `sps_tf.frames.to_unit`.
        seed: the run's seed.
        smooth_encoder: whether to run stage 1.
        whiten_sequences: number of sequences for stage 2; 0 leaves it out.
        align_steps: training steps of each start of stage 3; 0 leaves it out.
        align_starts: number of random rotations tried.
        align_rate: Adam's learning rate in stage 3, decaying to 0.
        progress: called with a line of text at each stage.
    """
    if smooth_encoder:
        progress("smooth encoder")
        smooth(model.encoder, np.random.default_rng(seeds.fold(seed, "smooth_encoder")))
    if whiten_sequences:
        progress("whitening of the latents")
        whiten(model.encoder, encode(model, frames[:whiten_sequences]))
    if align_steps and isinstance(model, SPS) and model.layout.content_size > 1:
        latents = encode(model, frames)
        align(model, latents, seed, align_steps, align_starts, align_rate, progress)


def encode(model: SequenceModel, frames: np.ndarray, batch_size: int = 32) -> np.ndarray:
    """Encode stored frames batch by batch.

    Args:
        model: the model.
        frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.
        batch_size: sequences at a time. Default 32.

    Returns:
        (n, time, latent) float32, the posterior's means.
    """
    batches = [
        ops.convert_to_numpy(model.encode(to_unit(frames[i : i + batch_size])))
        for i in range(0, len(frames), batch_size)
    ]
    return np.concatenate(batches)


def smooth(encoder: ConvEncoder, rng: np.random.Generator) -> None:
    """Make each latent a smooth function of position in the picture.

    Convolution kernels become their spatial mean, and the mean head's weights become, for each
    channel, a random affine function of the grid position.

    Args:
        encoder: changed in place.
        rng: source of the random functions.
    """
    for convolution in encoder.convolutions:
        kernel = ops.convert_to_numpy(convolution.kernel)
        mean = kernel.mean(axis=(0, 1), keepdims=True)
        convolution.kernel.assign(np.broadcast_to(mean, kernel.shape))
    rows, columns, channels = encoder.map_shape
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, columns), indexing="ij")
    basis = np.stack([np.ones_like(x), x, y], axis=-1)  # (rows, columns, 3)
    functions = rng.normal(size=(3, channels, encoder.latent_size)) / np.sqrt(channels)
    weights = np.einsum("rcf,fnl->rcnl", basis, functions)
    encoder.mean_head.kernel.assign(weights.reshape(-1, encoder.latent_size))


def whiten(encoder: ConvEncoder, latents: np.ndarray) -> None:
    """Change the mean head so that given latents get mean 0 and covariance 1.

    Args:
        encoder: changed in place.
        latents: (..., latent), the encoder's present output.
    """
    flat = latents.reshape(-1, latents.shape[-1]).astype("float64")
    mean = flat.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(flat.T).reshape(len(mean), len(mean)))
    # A direction without variance stays small instead of becoming amplified noise.
    transform = vectors / np.sqrt(np.maximum(values, 1e-6 * values.max() + 1e-12))
    encoder.transform_output(transform, -mean @ transform)
