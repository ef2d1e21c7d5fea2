"""Calibration tones have the pitches they claim."""

import numpy as np

from sps_tf.audio import cqt, spectrogram
from sps_tf.audio.calibration_tones import calibration_tones


def test_the_lowest_partial_of_each_tone_is_its_pitch():
    waveform, pitch = calibration_tones()
    assert waveform.shape == (25, spectrogram.clip_samples(1)) and pitch.shape == (25, 1)
    spectra = np.abs(np.fft.rfft(waveform[:, :2048] * np.hanning(2048), 1 << 16))
    f0_hz = spectra.argmax(axis=-1) * spectrogram.SAMPLE_RATE_HZ / (1 << 16)
    midi = 69 + 12 * np.log2(f0_hz / 440)
    np.testing.assert_allclose(midi, pitch[:, 0], atol=0.05)


def test_the_tones_keep_to_their_range_and_rest_like_notes():
    waveform, _ = calibration_tones()
    assert np.abs(waveform).max() < 1 and waveform.dtype == np.float32
    assert not waveform[:, 2048:].any() and waveform[:, 2000:2048].any()


def test_their_pictures_peak_at_the_pitch():
    waveform, pitch = calibration_tones()
    images = cqt.cqt_images(waveform)
    assert images.shape == (25, 1, cqt.N_BINS, 5, 1)
    np.testing.assert_array_equal(images[:, 0, :, 1, 0].argmax(axis=-1), 2 * (pitch[:, 0] - 26))
