"""The warp of latent space."""

import numpy as np
from keras import ops

from sps_tf.layers import LatentWarp


def bent_warp(scale: float = 0.1) -> LatentWarp:
    warp = LatentWarp(8, seed=3)
    warp.build((None, 3))
    warp.bends.assign(scale * np.random.default_rng(0).normal(size=(8, 3)))
    return warp


def test_warp_starts_as_the_identity():
    warp = LatentWarp(8)
    z = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    new, logarithm = warp(z)
    np.testing.assert_array_equal(ops.convert_to_numpy(new), z)
    np.testing.assert_allclose(ops.convert_to_numpy(logarithm), 0, atol=1e-6)


def test_logarithm_is_that_of_the_jacobian_by_finite_differences():
    warp, step = bent_warp(), 1e-2
    z = np.random.default_rng(1).normal(size=(4, 3)).astype("float32")
    columns = [
        (ops.convert_to_numpy(warp(z + step * e)[0]) - ops.convert_to_numpy(warp(z - step * e)[0]))
        / (2 * step)
        for e in np.eye(3, dtype="float32")
    ]
    expected = np.linalg.slogdet(np.stack(columns, axis=-1))[1]
    np.testing.assert_allclose(ops.convert_to_numpy(warp(z)[1]), expected, atol=5e-3)


def test_fold_is_a_finite_and_low_logarithm():
    _, logarithm = bent_warp(scale=5.0)(np.random.default_rng(2).normal(size=(200, 3)))
    logarithm = ops.convert_to_numpy(logarithm)
    assert np.isfinite(logarithm).all()
    assert logarithm.min() < np.log(0.1)
