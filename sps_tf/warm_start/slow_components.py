"""Numbers that change slowly from frame to frame: a start for the latents of sound.

Not in the paper. Of all linear maps of the leading principal components of what the encoder reads,
those are taken whose values change least over the next steps, against their variance. That is the
minimum of the method's own latent losses (equations 3 to 6, over the latents' variance) for the
simplest prior that commutes with translations: the one that predicts no change. No label is used.
"""

from collections.abc import Iterator

import numpy as np
from keras import ops

from sps_tf.frames import to_unit
from sps_tf.layers.encoder import ConvEncoder

_BATCH_SIZE = 32
# Components with less than this share of the largest variance are rounding noise.
_LEAST_VARIANCE = 1e-9


def slow_components(
    encoder: ConvEncoder,
    frames: np.ndarray,
    size: int,
    n_components: int,
    horizon_steps: int = 2,
) -> np.ndarray:
    """Return the slowest directions of the encoder's input.

    Args:
        encoder: built; the layer before its first convolution is applied, such as
            `sps_tf.layers.FrequencyBlur`.
        frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`; the hops within a
            frame (width) are averaged.
        size: number of directions, at most `n_components`.
        n_components: leading principal components that are combined.
        horizon_steps: changes over 1 up to so many steps count alike, as in a free run; 0 takes
            the principal components themselves, for a model without a prior. Default 2.

    Returns:
        (n, time, found) float32, mean 0 and covariance 1, slowest first; fewer than `size` where
        the frames do not vary in so many ways.
    """
    mean, project = _principal_components(encoder, frames, n_components)
    white = np.concatenate([(h - mean) @ project for h in _prepared(encoder, frames)])
    if horizon_steps:
        white = white @ _slowest(white, horizon_steps)
    return white[..., :size].astype("float32")


def _prepared(encoder: ConvEncoder, frames: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what the encoder reads of batches, (batch, time, bins) float64."""
    for first in range(0, len(frames), _BATCH_SIZE):
        batch = to_unit(frames[first : first + _BATCH_SIZE])
        h = np.asarray(ops.convert_to_numpy(encoder.prepare(batch)), "float64").mean(axis=2)
        yield h.reshape(*batch.shape[:2], -1)


def _principal_components(
    encoder: ConvEncoder, frames: np.ndarray, n_components: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean (bins,) and what whitens and projects without it, (bins, components).

    Sums over batches: what the encoder reads of a whole set need not fit into memory.
    """
    count, total, squares = 0, 0.0, 0.0
    for h in _prepared(encoder, frames):
        flat = h.reshape(-1, h.shape[-1])
        count += len(flat)
        total = total + flat.sum(axis=0)
        squares = squares + flat.T @ flat
    mean = total / count
    values, vectors = np.linalg.eigh(squares / count - np.outer(mean, mean))
    kept = np.argsort(values)[::-1][:n_components]
    kept = kept[values[kept] > _LEAST_VARIANCE * max(values.max(), 0.0)]
    return mean, vectors[:, kept] / np.sqrt(values[kept])


def _slowest(white: np.ndarray, horizon_steps: int) -> np.ndarray:
    """Return the rotation (components, components) to directions in the order of their speed."""
    changes = 0.0
    for lag in range(1, min(horizon_steps, white.shape[1] - 1) + 1):
        change = (white[:, lag:] - white[:, :-lag]).reshape(-1, white.shape[-1])
        changes = changes + change.T @ change / len(change)
    return np.linalg.eigh(changes)[1]
