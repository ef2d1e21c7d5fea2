"""The rollout of the prior under teacher masks."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.layers import RecurrentPrior


def latents(n_times: int = 6) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(4, n_times, 3)).astype("float32")


def mask(*given: int) -> np.ndarray:
    return np.array([given], bool)


def reference_rollout(prior: RecurrentPrior, z: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Run a one-layer tanh RNN in NumPy."""
    kernel, recurrent, bias, head, head_bias = prior.get_weights()
    h, x, outputs = np.zeros((len(z), prior.units)), None, []
    for t in range(z.shape[1] - 1):
        x = z[:, t] if t == 0 or given[t] else outputs[-1]
        h = np.tanh(x @ kernel + h @ recurrent + bias)
        outputs.append(h @ head + head_bias + (x if prior.residual else 0))
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("given", [(1,) * 6, (1, 1, 0, 0, 0, 0), (1, 0, 1, 0, 0, 1), (0,) * 6])
def test_rollout_agrees_with_a_numpy_rnn(residual, given):
    prior = RecurrentPrior(3, units=5, residual=residual)
    z = latents()
    value = prior(z, n_given=1, given=mask(*given))
    expected = reference_rollout(prior, z, given)
    np.testing.assert_allclose(value, expected, atol=1e-5)


@pytest.mark.parametrize("cell, n_layers", [("simple_rnn", 1), ("gru", 2)])
def test_all_given_is_one_teacher_forced_pass(cell, n_layers):
    import keras

    prior = RecurrentPrior(3, cell=cell, units=5, n_layers=n_layers)
    z = latents()
    value = prior(z, n_given=6)
    cell = prior.cells if n_layers > 1 else prior.cells[0]
    hidden = keras.layers.RNN(cell, return_sequences=True)(z[:, :-1])
    np.testing.assert_allclose(value, prior.head(hidden), atol=1e-5)


def test_free_run_does_not_look_at_later_latents():
    prior = RecurrentPrior(3, units=5)
    z = latents()
    changed = z.copy()
    changed[:, 2:] += 1.0
    np.testing.assert_array_equal(prior(z, n_given=2), prior(changed, n_given=2))


def test_free_run_is_that_of_a_mask_that_gives_the_first_alone():
    prior = RecurrentPrior(3, units=5)
    z = latents()
    np.testing.assert_array_equal(
        prior(z, n_given=2), prior(z, n_given=1, given=mask(1, 1, 0, 0, 0, 0))
    )
    np.testing.assert_array_equal(
        prior(z, n_given=3), prior(z, n_given=3, given=mask(0, 0, 0, 0, 0, 0))
    )


def test_masks_may_differ_from_row_to_row():
    prior = RecurrentPrior(3, units=5)
    z = latents()
    free, forced = mask(1, 0, 0, 0, 0, 0), mask(1, 1, 1, 1, 1, 1)
    mixed = prior(z, n_given=1, given=np.concatenate([free, forced, forced, free]))
    np.testing.assert_allclose(mixed[0], prior(z, n_given=1, given=free)[0], atol=1e-6)
    np.testing.assert_allclose(mixed[1], prior(z, n_given=1, given=forced)[1], atol=1e-6)


@pytest.mark.parametrize("bad", [{"cell": "lstn"}, {"units": 0}, {"n_layers": 0}])
def test_bad_settings_are_refused(bad):
    with pytest.raises(UserError, match="Received"):
        RecurrentPrior(3, **bad)
