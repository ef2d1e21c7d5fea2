"""Log-mel pictures of notes."""

import numpy as np

from sps_tf.audio.mel import N_MELS, _filters, mel_images
from sps_tf.audio.spectrogram import clip_samples, note_images

WAVEFORM = np.random.default_rng(0).integers(-3000, 3000, (2, clip_samples(3)), dtype=np.int16)


def test_levels_are_the_logarithm_of_the_mean_magnitude_of_a_band():
    images = mel_images(WAVEFORM, 50.0)
    assert images.shape == (2, 3, N_MELS, 5, 1)
    magnitude = note_images(WAVEFORM, 50.0)[1, 2, :, 3, 0]
    weights = _filters()[60]
    band = (weights * magnitude).sum() / weights.sum()
    np.testing.assert_allclose(images[1, 2, 60, 3, 0], 1 + np.log10(band) / 5, rtol=1e-4)


def test_silence_is_0_and_louder_is_brighter():
    silence = mel_images(np.zeros_like(WAVEFORM), 50.0)
    np.testing.assert_allclose(silence, 0, atol=1e-6)
    soft, loud = mel_images(WAVEFORM // 8, 50.0), mel_images(WAVEFORM, 50.0)
    assert 0 <= soft.min() < loud.max() <= 1
    assert soft.mean() < loud.mean()


def test_every_band_holds_bins():
    np.testing.assert_allclose(_filters().sum(axis=1), 1, rtol=1e-5)
