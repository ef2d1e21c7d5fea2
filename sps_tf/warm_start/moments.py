"""Where the moving things in a picture are, by its moments. Not in the paper; no label is used.

The sum over a picture of its difference from the usual picture, that difference times the column
and times the row: these tell size and place of what moves, smoothly and without folds, which a
randomly started encoder does not. Their principal components are what a warm start teaches.
"""

import numpy as np

from sps_tf.frames import pixelwise_median, to_unit

_BATCH_SIZE = 32
# A direction with less of the largest variance is rounding noise.
_SMALLEST_SHARE = 1e-9


def moment_latents(frames: np.ndarray, size: int) -> np.ndarray:
    """Return the leading principal components of the frames' moments, white.

    The difference of a pixel from the median frame is the length over its channels. Moments are
    of first order; of second order too where those do not vary in as many ways.

    Args:
        frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.
        size: number of components.

    Returns:
        (n, time, size) float32 with mean 0 and covariance 1; fewer components where what moves
        does not vary in as many ways, none where nothing moves.
    """
    from sklearn.decomposition import PCA

    median = pixelwise_median(frames)
    for order in (1, 2):
        basis = _monomials(frames.shape[2:4], order)
        batches = range(0, len(frames), _BATCH_SIZE)
        moments = np.concatenate(
            [_moments(frames[i : i + _BATCH_SIZE], median, basis) for i in batches]
        )
        flat = moments.reshape(-1, moments.shape[-1])
        variances = np.linalg.eigvalsh(np.cov(flat.T))
        n_ways = int(np.sum(variances > _SMALLEST_SHARE * max(variances.max(), _SMALLEST_SHARE)))
        if n_ways >= size:
            break
    n_ways = min(n_ways, size)
    if n_ways == 0:
        return np.zeros((*moments.shape[:2], 0), "float32")
    latents = PCA(n_ways, whiten=True, svd_solver="full").fit_transform(flat)
    return latents.reshape(*moments.shape[:2], n_ways).astype("float32")


def _moments(frames: np.ndarray, median: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Return (n, time, moments) of the difference from the median frame."""
    return np.einsum("nthw,hwm->ntm", _difference(frames, median), basis)


def _difference(frames: np.ndarray, median: np.ndarray) -> np.ndarray:
    """Return (n, time, height, width), how far each pixel is from the median frame."""
    return np.linalg.norm(to_unit(frames) - median, axis=-1)


def _monomials(shape: tuple[int, int], order: int) -> np.ndarray:
    """Return (height, width, moments): 1, x, y and so on, with x and y in [-1, 1]."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    powers = [(i, total - i) for total in range(order + 1) for i in range(total + 1)]
    return np.stack([x**i * y**j for i, j in powers], axis=-1)
