"""How much room points take up: what a change of coordinates must not pretend to add."""

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln

_N_NEIGHBOURS = 3


def estimate_entropy(z: np.ndarray) -> float:
    """Estimate the differential entropy of points by their nearest neighbours.

    The estimate of Kozachenko and Leonenko: the logarithm of the volume that holds a point's
    three nearest neighbours, on average.

    Args:
        z: (..., latent); points that coincide with three others are left out.

    Returns:
        The entropy in nats.
    """
    flat = z.reshape(-1, z.shape[-1]).astype("float64")
    distances = cKDTree(flat).query(flat, k=_N_NEIGHBOURS + 1)[0][:, -1]
    size, distances = flat.shape[-1], distances[distances > 0]
    log_unit_ball = 0.5 * size * np.log(np.pi) - gammaln(0.5 * size + 1)
    spread = size * np.mean(np.log(distances)) if len(distances) else -np.inf
    return float(digamma(len(flat)) - digamma(_N_NEIGHBOURS) + log_unit_ball + spread)
