"""The flow: one-to-one, with the determinant that automatic differentiation finds."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf.errors import UserError
from sps_tf.layers import CouplingFlow

SIZES = [1, 2, 3, 5]


def points(size: int, n: int = 200) -> np.ndarray:
    return np.random.default_rng(0).uniform(-2, 2, size=(n, size)).astype("float32")


def bent_flow(size: int, limit: float = 50.0) -> CouplingFlow:
    """Return a flow with every weight moved, as far as a training moves them."""
    flow = CouplingFlow(size, limit=limit, seed=4)
    flow.build()
    rng = np.random.default_rng(1)
    for weight in flow.weights:
        scale = 1.0 if weight is flow.slopes else 0.15  # slopes are logarithms
        weight.assign(weight + rng.normal(scale=scale, size=weight.shape))
    return flow


def jacobians(flow: CouplingFlow, z: np.ndarray) -> np.ndarray:
    """Return (n, size, size) by automatic differentiation, on this backend."""
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.vmap(jax.jacfwd(lambda x: flow(x[None])[0][0]))(z))
    tf = pytest.importorskip("tensorflow")
    x = tf.convert_to_tensor(z)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = flow(x)[0]
    return tape.batch_jacobian(y, x).numpy()


@pytest.mark.parametrize("size", SIZES)
def test_flow_starts_as_the_identity(size):
    flow = CouplingFlow(size)
    y, log_determinant = flow(points(size))
    np.testing.assert_allclose(y, points(size), atol=3e-5)
    np.testing.assert_allclose(log_determinant, 0, atol=1e-3)


@pytest.mark.parametrize("size", SIZES)
def test_inverse_goes_back(size):
    flow, z = bent_flow(size), points(size)
    y = ops.convert_to_numpy(flow(z)[0])
    assert np.abs(y - z).max() > 0.5
    np.testing.assert_allclose(flow.inverse(y), z, atol=1e-5)
    sequences = y.reshape(20, 10, size)
    np.testing.assert_allclose(flow.inverse(sequences), z.reshape(20, 10, size), atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_logarithm_is_that_of_the_determinant_of_the_jacobian(size):
    flow, z = bent_flow(size), points(size)
    sign, expected = np.linalg.slogdet(jacobians(flow, z).astype("float64"))
    assert np.std(expected) > 1e-3
    assert (sign == sign[0]).all()
    np.testing.assert_allclose(flow(z)[1], expected, atol=1e-4)


def test_outcome_stays_within_its_limit_and_goes_back_from_below_it():
    flow, z = bent_flow(3, limit=3.5), 3 * points(3)
    y, log_determinant = (ops.convert_to_numpy(x) for x in flow(z))
    free = ops.convert_to_numpy(bent_flow(3)(z)[0])
    assert np.abs(free).max() > 5
    assert np.abs(y).max() < 3.5 + 1e-4
    small = np.abs(free).max(axis=-1) < 2
    np.testing.assert_allclose(y[small], free[small], atol=1e-4)
    between = np.abs(free).max(axis=-1) < 3.5
    np.testing.assert_allclose(flow.inverse(y)[between], z[between], atol=1e-4)
    expected = np.linalg.slogdet(jacobians(flow, z[between]).astype("float64"))[1]
    np.testing.assert_allclose(log_determinant[between], expected, atol=1e-3)


def test_an_affine_map_can_follow():
    flow, z = bent_flow(3), points(3)
    before, log_before = (ops.convert_to_numpy(x) for x in flow(z))
    matrix, shift = np.random.default_rng(2).normal(size=(3, 3)), np.array([1.0, -2.0, 3.0])
    flow.append(matrix, shift)
    after, log_after = flow(z)
    np.testing.assert_allclose(after, before @ matrix + shift, rtol=1e-4, atol=1e-4)
    change = np.linalg.slogdet(matrix)[1]
    np.testing.assert_allclose(log_after, log_before + change, atol=1e-4)


def test_sizes_below_one_are_refused():
    with pytest.raises(UserError, match="n_bends=0"):
        CouplingFlow(3, n_bends=0)


def test_rescaled_outcome_is_what_it_was_in_other_units_and_the_limit_with_it():
    flow, z = bent_flow(2, limit=3.5), points(2)
    before = ops.convert_to_numpy(flow(z)[0])
    assert np.abs(before).max() > 2
    mean = np.array([0.2, -0.1])
    flow.rescale(mean, 0.1)
    small = np.abs(before).max(axis=-1) < 2
    np.testing.assert_allclose(flow(z)[0][small], ((before - mean) / 0.1)[small], atol=1e-3)
    assert 35 <= np.abs(flow(9 * z)[0]).max() <= 37 + 1e-2
    again = CouplingFlow.from_config(flow.get_config())
    again.build()
    again.set_weights(flow.get_weights())
    np.testing.assert_array_equal(again(z)[0], flow(z)[0])
