import keras
import numpy as np

from sps_tf.warm_start.states import get_state, lowest, set_state


def test_start_whose_loss_is_no_number_is_never_kept():
    assert lowest([float("nan"), 3.0, 2.0]) == 2


def test_a_training_that_goes_back_repeats_itself():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.1), loss="mse")
    x = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
    model.fit(x, x[:, :1], batch_size=8, verbose=0)
    before = get_state(model)
    model.fit(x, x[:, :1], batch_size=8, epochs=3, verbose=0)
    after = model.get_weights()
    set_state(model, before)
    model.fit(x, x[:, :1], batch_size=8, epochs=3, verbose=0)
    for a, b in zip(after, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
