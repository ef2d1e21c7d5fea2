"""TS-DSAE against a calculation by hand, and what each of its stages trains."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import models
from sps_tf.errors import UserError
from tests.sps_tf.models import tiny


def array(x):
    return ops.convert_to_numpy(x).astype("float64")


def mean_kl(one, other):
    (mean, logvar), (other_mean, other_logvar) = one, other
    ratio = np.exp(logvar - other_logvar)
    square = (mean - other_mean) ** 2 / np.exp(other_logvar)
    return 0.5 * (ratio + square - 1 - logvar + other_logvar).mean()


def read(encoder, frames):
    return [array(part) for part in encoder(frames.astype("float32"))]


def read_whole(encoder, frames):
    return [part.mean(axis=1) for part in read(encoder, frames)]


def decode(model, z, v):
    """Decode (batch, time, content) with v (batch, style)."""
    whole = np.broadcast_to(v[:, None], (*z.shape[:2], v.shape[-1]))
    codes = np.concatenate([z, whole], axis=-1).astype("float32")
    return 1 / (1 + np.exp(-array(model.decode_logits(codes))))


def prior_of(model, z):
    return [array(part) for part in model.prior(z.astype("float32"))]


def test_first_stage_is_that_of_a_calculation_by_hand():
    model, x = tiny.make_ts_dsae(n_first_steps=10), tiny.frames()
    local, whole = read(model.encoder, x), read_whole(model.style_encoder, x)
    found = tiny.losses_of(model)(x)
    zeros = np.zeros_like(whole[0])
    expected = {
        "recon_mean_square": ((decode(model, local[0], whole[0]) - x) ** 2).mean(),
        "kl_local": mean_kl(local, prior_of(model, local[0])),
        "kl_global": mean_kl(whole, (zeros, zeros)),
        **dict.fromkeys(("swap_global", "keep_local", "keep_global", "swap_local"), 0.0),
    }
    assert set(found) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-4, atol=1e-6, err_msg=name)


def test_second_stage_is_that_of_a_calculation_by_hand(monkeypatch):
    order = np.array([2, 0, 3, 1])
    monkeypatch.setattr(keras.random, "shuffle", lambda x, seed=None: ops.convert_to_tensor(order))
    model, x = tiny.make_ts_dsae(n_first_steps=0), tiny.frames()
    local, whole = read(model.encoder, x), read_whole(model.style_encoder, x)
    found = tiny.losses_of(model)(x)
    other_v = decode(model, local[0], whole[0][order])
    other_z = decode(model, local[0][order], whole[0])
    expected = {
        "kl_global": mean_kl(whole, read_whole(model.reference, x)),
        "swap_global": mean_kl(
            read_whole(model.style_encoder, other_v), [part[order] for part in whole]
        ),
        "keep_local": mean_kl(read(model.encoder, other_v), local),
        "keep_global": mean_kl(read_whole(model.style_encoder, other_z), whole),
        "swap_local": mean_kl(read(model.encoder, other_z), [part[order] for part in local]),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-3, atol=1e-6, err_msg=name)


def test_prior_of_the_first_step_is_standard_and_of_the_others_does_not_see_ahead():
    model = tiny.make_ts_dsae()
    z = np.random.default_rng(0).normal(size=(2, 6, 2)).astype("float32")
    mean, logvar = (array(part) for part in model.prior(z))
    np.testing.assert_array_equal(mean[:, 0], 0)
    np.testing.assert_array_equal(logvar[:, 0], 0)
    changed = z.copy()
    changed[:, 3] += 1
    other, _ = (array(part) for part in model.prior(changed))
    np.testing.assert_allclose(other[:, :4], mean[:, :4], rtol=1e-6)
    assert (other[:, 4] != mean[:, 4]).all()


def fit(model, steps):
    model.fit(tiny.frames(), batch_size=4, epochs=steps, shuffle=False, verbose=0)


def weights_of(layer):
    return [array(weight) for weight in layer.weights]


def has_moved(before, layer):
    return any((a != b).any() for a, b in zip(before, weights_of(layer), strict=True))


def test_first_stage_trains_all_but_the_local_parts():
    model = tiny.make_ts_dsae(n_first_steps=3)
    parts = {
        name: getattr(model, name) for name in ("encoder", "prior", "style_encoder", "decoder")
    }
    before = {name: weights_of(part) for name, part in parts.items()}
    fit(model, 3)
    moved = {name for name, part in parts.items() if has_moved(before[name], part)}
    assert moved == {"style_encoder", "decoder"}


def test_second_stage_trains_all_and_keeps_the_reference_of_the_first():
    model = tiny.make_ts_dsae(n_first_steps=2)
    fit(model, 2)
    at_the_end = weights_of(model.style_encoder)
    local = weights_of(model.encoder)
    fit(model, 3)
    for kept, value in zip(weights_of(model.reference), at_the_end, strict=True):
        np.testing.assert_array_equal(kept, value)
    assert has_moved(at_the_end, model.style_encoder)
    assert has_moved(local, model.encoder)


def test_training_lowers_the_loss():
    model = tiny.make_ts_dsae(n_first_steps=0)
    history = model.fit(tiny.frames(), batch_size=4, epochs=8, shuffle=False, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


def test_saved_and_loaded_model_is_the_same(tmp_path):
    model, frames = tiny.make_ts_dsae(n_first_steps=1), tiny.frames()
    fit(model, 3)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(copy.encode(frames), model.encode(frames), atol=1e-6)
    for one, other in zip(weights_of(copy.reference), weights_of(model.reference), strict=True):
        np.testing.assert_array_equal(one, other)
    assert copy.loss_weights_table == model.loss_weights_table
    assert copy.layout == model.layout


def test_negative_stage_is_refused():
    with pytest.raises(UserError, match=r"n_first_steps must be at least 0. Received: -1"):
        models.TSDSAE(frame_shape=tiny.FRAME_SHAPE, n_first_steps=-1)
