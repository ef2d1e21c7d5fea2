"""Arrays in, arrays out: the numbers of the Keras model, any time axis, checked shapes."""

import keras
import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.inference import TrainedModel, trained_model
from tests.sps_tf.models import tiny

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow")


@pytest.fixture(scope="module")
def model():
    return TrainedModel(tiny.make_sps(style=("s1", "s2")))


@pytest.mark.parametrize("n_times", [1, 6, 11])
def test_any_number_of_times_is_encoded_as_alone(model, n_times):
    x = np.concatenate([tiny.frames(2), tiny.frames(2, seed=1)], axis=1)[:, :n_times]
    z = model.encode(x)
    assert z.shape == (2, n_times, 5)
    np.testing.assert_allclose(model.encode(x[0, :1]), z[0, :1], atol=1e-6)


def test_parts_that_go_through_one_after_the_other_give_the_whole(model, monkeypatch):
    x = tiny.frames(3)
    z = model.encode(x)
    frames = model.decode(z)
    monkeypatch.setattr(trained_model, "_AT_ONCE", 4)
    np.testing.assert_allclose(model.encode(x), z, atol=1e-6)
    np.testing.assert_allclose(model.decode(z), frames, atol=1e-6)


def test_uint8_frames_are_those_divided_by_255(model):
    x = np.random.default_rng(0).integers(0, 256, (1, 2, *tiny.FRAME_SHAPE), dtype=np.uint8)
    np.testing.assert_allclose(model.encode(x), model.encode(x / np.float32(255)), atol=1e-6)


def test_a_prediction_follows_the_prior_and_carries_the_style(model):
    x = tiny.frames(2)[:, :3]
    z = model.encode(x)
    later = model.predict_latents(z, 4)
    assert later.shape == (2, 4, 5)
    # Step by step, each prediction fed back, by the prior itself.
    content = z[..., :3]
    for step in range(4):
        given = np.pad(content, [(0, 0), (0, 1), (0, 0)])
        prediction = model.keras_model.prior(given, n_given=given.shape[1] - 1)
        content = np.concatenate([content, np.asarray(prediction)[:, -1:]], axis=1)
        np.testing.assert_allclose(later[:, step, :3], content[:, -1], atol=1e-5)
    np.testing.assert_allclose(later[:, 3, 3:], z[..., 3:].mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(model.predict(x, 4), model.decode(later), atol=1e-5)
    np.testing.assert_allclose(model.predict(x[0], 4), model.decode(later)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (np.zeros((2, 8, 8, 3), np.float32), r"time, 8, 8, 1.*\(2, 8, 8, 3\)"),
        (np.zeros((0, 8, 8, 1), np.float32), "none empty"),
        (np.zeros((2, 8, 8, 1), np.int64), "int64"),
        (np.full((2, 8, 8, 1), 255.0), "from 255 to 255; divide"),
        (np.full((2, 8, 8, 1), np.nan), "nan"),
    ],
)
def test_wrong_frames_are_refused_with_the_value(model, frames, words):
    with pytest.raises(UserError, match=words):
        model.encode(frames)


def test_wrong_latents_and_steps_are_refused(model):
    with pytest.raises(UserError, match=r"z1, z2, z3, s1, s2.*\(4, 3\)"):
        model.decode(np.zeros((4, 3)))
    with pytest.raises(UserError, match="n_steps=0"):
        model.predict(tiny.frames(1), 0)


def test_what_a_model_has_not_is_said():
    model = TrainedModel(tiny.make_beta_vae(), source="runs/a")
    with pytest.raises(UserError, match="runs/a cannot predict: BetaVAE has no prior"):
        model.predict(tiny.frames(1), 2)
    with pytest.raises(UserError, match="does not read sound"):
        model.encode_file("song.wav")
    assert "does not say what it was trained on" in repr(model)
    assert model.latent_std is None
