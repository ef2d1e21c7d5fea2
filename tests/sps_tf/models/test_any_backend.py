"""What must hold on every Keras backend; `make test` runs it on TensorFlow and on JAX."""

import keras
import numpy as np
import pytest
from keras import ops

from tests.sps_tf.models import tiny


@pytest.mark.parametrize(
    ("make", "eager"),
    [(tiny.make_sps, False), (tiny.make_beta_vae, False), (tiny.make_beta_vae, True)],
)
def test_fit_on_arrays_trains_every_part(make, eager):
    model = make()
    model.run_eagerly = eager
    before = {w.path: ops.convert_to_numpy(w).copy() for w in model.trainable_weights}
    history = model.fit(tiny.frames(8), batch_size=4, epochs=3, shuffle=False, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    assert set(model.loss_names) <= set(history)
    assert int(model.step) == 6
    for weight in model.trainable_weights:
        assert np.abs(ops.convert_to_numpy(weight) - before[weight.path]).max() > 0, weight.path


def test_saved_and_loaded_model_gives_the_same_latents(tmp_path):
    model = tiny.make_sps()
    model.fit(tiny.frames(4), batch_size=4, verbose=0)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(copy.encode(tiny.frames()), model.encode(tiny.frames()), atol=1e-6)
