import subprocess
import sys

import librosa
import numpy as np
import pytest
import scipy.signal

from sps_tf.audio import spectrogram
from sps_tf.errors import UserError


def tone(f0_hz, n_notes=3):
    times = np.arange(spectrogram.clip_samples(n_notes)) / spectrogram.SAMPLE_RATE_HZ
    return (0.5 * np.sin(2 * np.pi * f0_hz * times)).astype(np.float32)


def noise(*leading, n_notes=3):
    shape = (*leading, spectrogram.clip_samples(n_notes))
    return np.random.default_rng(0).integers(-9000, 9000, shape).astype(np.int16)


def test_magnitudes_are_those_of_scipy():
    waveform = noise(2)
    _, _, spectrum = scipy.signal.stft(
        waveform / 32768.0, nperseg=1024, noverlap=512, window="hann", boundary=None, padded=False
    )
    expected = np.abs(spectrum) * scipy.signal.get_window("hann", 1024).sum()
    found = spectrogram.magnitudes(waveform)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.swapaxes(-1, -2), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)])
@pytest.mark.parametrize("n_samples", [1024, 1535, 1536, 8192])
def test_magnitudes_are_those_of_librosa_without_padding(leading, n_samples):
    waveform = noise(*leading)[..., :n_samples]
    spectrum = librosa.stft(
        waveform / np.float32(32768), n_fft=1024, hop_length=512, window="hann", center=False
    )
    found = spectrogram.magnitudes(waveform)
    assert found.shape == (*leading, (n_samples - 1024) // 512 + 1, 513)
    # Two ways of rounding floats of 32 bits, in sums that reach about 50.
    np.testing.assert_allclose(found, np.abs(spectrum).swapaxes(-1, -2), rtol=0, atol=2e-5)


def test_clips_of_a_batch_do_not_touch_each_other():
    waveform = noise(3)
    for clip, found in zip(waveform, spectrogram.magnitudes(waveform), strict=True):
        np.testing.assert_allclose(found, spectrogram.magnitudes(clip), rtol=0, atol=2e-5)


def test_constants_need_neither_librosa_nor_tensorflow_io():
    code = (
        "import sys; sys.modules.update(librosa=None, tensorflow_io=None); "
        "from sps_tf.audio import cqt, pitch_detector, spectrogram; "
        "assert spectrogram.SAMPLE_RATE_HZ == 16_000"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_int16_and_float_of_the_same_sound_agree():
    waveform = noise()
    np.testing.assert_array_equal(
        spectrogram.magnitudes(waveform), spectrogram.magnitudes(waveform / np.float32(32768))
    )


@pytest.mark.parametrize("n_notes", [1, 15, 64])
def test_clip_has_exactly_the_hops_of_its_notes(n_notes):
    waveform = np.zeros(spectrogram.clip_samples(n_notes), np.float32)
    assert len(spectrogram.magnitudes(waveform)) == 5 * n_notes
    assert spectrogram.note_images(waveform, 1.0).shape == (n_notes, 513, 5, 1)


def test_hops_after_the_last_whole_note_are_left_out():
    waveform = np.zeros(spectrogram.clip_samples(2) - 512, np.float32)
    assert len(spectrogram.note_images(waveform, 1.0)) == 1


def test_note_image_holds_the_five_hops_of_its_note():
    waveform = noise(2)
    whole = spectrogram.magnitudes(waveform)
    images = spectrogram.note_images(waveform, max_magnitude=2 * float(whole.max()))
    for clip, note, hop in ((0, 0, 0), (1, 2, 4), (1, 1, 2)):
        np.testing.assert_allclose(
            images[clip, note, :, hop, 0], whole[clip, 5 * note + hop] / (2 * whole.max())
        )


def test_sine_lights_the_bin_of_its_frequency():
    image = spectrogram.note_images(tone(1000.0), 1000.0)[1]
    assert image[:, 2, 0].argmax() == round(1000 * 1024 / 16_000)


def test_scale_is_the_given_one_and_what_is_louder_is_clipped():
    waveform = tone(440.0)
    largest = float(spectrogram.magnitudes(waveform).max())
    assert spectrogram.note_images(waveform, 4 * largest).max() == pytest.approx(0.25)
    assert spectrogram.note_images(waveform, largest / 4).max() == 1.0


def test_griffin_lim_gives_the_tone_back():
    sound = spectrogram.to_waveform(spectrogram.note_images(tone(880.0), 1000.0))
    assert sound.shape == (spectrogram.clip_samples(3),)
    assert np.abs(sound).max() == pytest.approx(1.0)
    spectrum = np.abs(np.fft.rfft(sound))
    assert spectrum.argmax() * 16_000 / len(sound) == pytest.approx(880, abs=5)


def test_griffin_lim_repeats_itself_and_keeps_silence():
    images = spectrogram.note_images(noise(), 100.0)
    first, again = (spectrogram.to_waveform(images, n_iterations=4, seed=1) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not spectrogram.to_waveform(np.zeros_like(images), n_iterations=2).any()


@pytest.mark.parametrize(
    ("waveform", "maximum", "reason"),
    [
        (np.zeros(1000, np.float32), 1.0, "1000"),
        (np.zeros(2000, np.float32), 1.0, "2000"),
        (np.zeros(9000, np.int32), 1.0, "int32"),
        (np.zeros(9000, np.float32), 0.0, "above 0"),
        (np.zeros(9000, np.float32), float("nan"), "nan"),
    ],
)
def test_unusable_sound_is_refused(waveform, maximum, reason):
    with pytest.raises(UserError, match=reason):
        spectrogram.note_images(waveform, maximum)
