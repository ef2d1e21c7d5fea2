"""The imitation: the encoder gives the latents that it is shown."""

import numpy as np
from keras import ops

from sps_tf import warm_start
from sps_tf.evaluation import encode
from sps_tf.layers import FrameMoments
from tests.sps_tf.models import tiny
from tests.sps_tf.warm_start.fakes import linear_error, moving_dots


def test_encoder_learns_to_give_the_latents_it_is_shown():
    frames = moving_dots(32)
    model = tiny.make_sps(flow=tiny.make_flow())
    kept = model.encoder.logvar_head.weights + model.encoder.flow.weights
    before = [ops.convert_to_numpy(w) for w in kept]
    moments = FrameMoments(2)
    moments.adapt(frames)
    latents, _ = moments.latents(frames)
    latents = np.concatenate([latents, latents[..., :1] ** 2], axis=-1)
    known = np.ones(latents.shape[:2], "float32")
    known[:, ::4] = 0
    shown = np.where(known[..., None], latents, 1e3).astype("float32")
    settings = {"seed": 0, "n_steps": 600, "learning_rate": 1e-2}
    loss = warm_start.imitate(model, frames, shown, known, **settings)
    assert loss < 0.2 * latents.var()
    # What is not known is not learned.
    assert linear_error(encode(model, frames, 16), latents) < 0.2
    for old, new in zip(before, kept, strict=True):
        np.testing.assert_array_equal(old, ops.convert_to_numpy(new))
    assert model.encoder.logvar_head.trainable and model.encoder.flow.trainable


def test_noise_on_the_encoders_input_changes_what_is_learned_and_is_seeded():
    frames = moving_dots(16)
    moments = FrameMoments(2)
    moments.adapt(frames)
    latents, whole = moments.latents(frames)
    latents = np.concatenate([latents, latents[..., :1]], axis=-1)

    def learned(noise: float, seed: int) -> np.ndarray:
        model = tiny.make_sps(flow=tiny.make_flow())
        warm_start.imitate(model, frames, latents, whole, seed, 4, 1e-2, noise)
        return encode(model, frames, 16)

    np.testing.assert_array_equal(learned(0.5, 0), learned(0.5, 0))
    assert np.abs(learned(0.5, 0) - learned(0.0, 0)).max() > 1e-4
