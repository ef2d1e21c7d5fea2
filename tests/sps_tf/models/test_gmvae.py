"""GMVAE against a calculation by hand; it learns from pitch labels."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import models
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.models import tiny

PITCH = np.random.default_rng(1).integers(60, 65, (4, tiny.N_TIMES, 1)).astype("float32")


def array(x):
    return ops.convert_to_numpy(x).astype("float64")


def kl(mean, logvar, other_mean, other_logvar):
    """Sum over latents."""
    ratio = np.exp(logvar - other_logvar)
    square = (mean - other_mean) ** 2 / np.exp(other_logvar)
    return 0.5 * (ratio + square - 1 - logvar + other_logvar).sum(axis=-1)


def by_hand(model, frames, pitch):
    """The terms of the published loss, note by note, without noise; means over the notes."""
    mu_p, s_p = (array(x).reshape(-1, 2) for x in model.encoder(frames))
    mu_t, s_t = (array(x).reshape(-1, 3) for x in model.style_encoder(frames))
    logits = array(model.decode_logits(np.c_[mu_p, mu_t].astype("float32")))
    pixels = 1 / (1 + np.exp(-logits))
    x = frames.reshape(-1, *tiny.FRAME_SHAPE)
    centres, components = array(model.pitch_means), array(model.timbre_means)
    number = pitch.reshape(-1).astype(int) - 60
    scores = array(model.classifier(mu_p.astype("float32")))
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    terms = {name: [] for name in model.loss_names}
    for i in range(len(x)):
        density = np.exp(-0.5 * ((mu_t[i] - components) ** 2).sum(axis=-1))
        q = density / density.sum()
        each = np.array([kl(mu_t[i], s_t[i], m, np.zeros(3)) for m in components])
        terms["recon_square"].append(((x[i] - pixels[i]) ** 2).sum())
        terms["kl_pitch"].append(kl(mu_p[i], s_p[i], centres[number[i]], np.full(2, -4.0)))
        terms["kl_timbre"].append((q * each).sum())
        terms["kl_component"].append((q * np.log(q)).sum() + np.log(len(q)))
        terms["pitch_label"].append(-log_p[i, number[i]])
    return {name: np.mean(values) for name, values in terms.items()}


def test_terms_are_those_of_a_calculation_by_hand():
    model, frames = tiny.make_gmvae(), tiny.frames()
    model.pitch_means.assign(np.random.default_rng(2).normal(size=(5, 2)))
    found = model.compute_losses(frames, False, PITCH)
    expected = by_hand(model, frames, PITCH)
    assert set(found) == set(expected) == set(model.loss_names)
    for name, value in expected.items():
        # Ours are sums over the notes of a sequence.
        np.testing.assert_allclose(found[name], value * tiny.N_TIMES, rtol=2e-4, err_msg=name)


def test_labels_decide_the_pitch_terms_and_nothing_else():
    model, frames = tiny.make_gmvae(), tiny.frames()
    one = model.compute_losses(frames, False, PITCH)
    other = model.compute_losses(frames, False, 124 - PITCH)
    changed = {name for name in one if float(one[name]) != float(other[name])}
    assert changed == {"kl_pitch", "pitch_label"}


def test_training_lowers_the_loss_and_reaches_every_weight():
    model, frames = tiny.make_gmvae(), tiny.frames()
    before = {w.path: array(w) for w in model.trainable_weights}
    history = model.fit(frames, PITCH, batch_size=4, epochs=6, shuffle=False, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    for weight in model.trainable_weights:
        assert np.abs(array(weight) - before[weight.path]).max() > 0, weight.path


def test_latents_are_the_means_of_pitch_and_timbre():
    model, frames = tiny.make_gmvae(), tiny.frames()
    z = array(model.encode(frames))
    np.testing.assert_allclose(z[..., :2], array(model.encoder(frames)[0]), rtol=1e-6)
    np.testing.assert_allclose(z[..., 2:], array(model.style_encoder(frames)[0]), rtol=1e-6)


def test_saved_and_loaded_model_is_the_same(tmp_path):
    model, frames = tiny.make_gmvae(), tiny.frames()
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(copy.encode(frames), model.encode(frames), atol=1e-6)
    np.testing.assert_allclose(copy.timbre_means, model.timbre_means)
    assert copy.loss_weights_table == model.loss_weights_table
    assert copy.layout == model.layout


def test_defaults_are_the_published_sizes():
    model = models.GMVAE(frame_shape=(32, 32, 3))
    assert (model.layout.content_size, len(model.layout.style)) == (16, 16)
    assert model.reads_labels


def test_layout_without_style_is_refused():
    with pytest.raises(UserError, match=r"GMVAE needs stochastic encoders.*0 of style"):
        models.GMVAE(frame_shape=tiny.FRAME_SHAPE, layout=LatentLayout(("z",)))
