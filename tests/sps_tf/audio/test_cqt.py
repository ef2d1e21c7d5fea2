"""The constant-Q front end: peaks where a hand calculation puts them, shifts that are shifts."""

import numpy as np
import pytest

from sps_tf.audio import cqt, spectrogram
from sps_tf.errors import UserError

TIME_SECS = np.arange(spectrogram.clip_samples(1)) / spectrogram.SAMPLE_RATE_HZ


def sine(pitch: float, amplitude: float = 0.5) -> np.ndarray:
    """A clip of one note that sounds throughout."""
    f0_hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
    return (amplitude * np.sin(2 * np.pi * f0_hz * TIME_SECS)).astype("float32")


def middle_hop(waveform: np.ndarray) -> np.ndarray:
    return cqt.cqt_images(waveform)[0, :, 2, 0]


@pytest.mark.parametrize("pitch", [36, 45.5, 58, 69, 81.5, 96, 108])
def test_a_sine_peaks_at_the_bin_of_its_pitch(pitch):
    # Two bins a semitone, counted from MIDI 26.
    assert middle_hop(sine(pitch)).argmax() == 2 * (pitch - 26)


def test_a_semitone_moves_the_picture_by_two_bins():
    low, high = middle_hop(sine(69)), middle_hop(sine(70))
    peak = slice(82, 91)
    np.testing.assert_allclose(high[84:93], low[peak], atol=0.01)
    assert np.abs(high[83:92] - low[peak]).max() > 0.1


def test_a_pitch_between_two_bins_excites_both_alike():
    on_the_bin, between = middle_hop(sine(69)), middle_hop(sine(69.25))
    np.testing.assert_allclose(between[86], between[87], atol=0.01)
    assert on_the_bin[86] > on_the_bin[87] + 0.01


def test_an_isolated_note_agrees_with_the_constant_q_transform_of_librosa():
    import librosa

    envelope = np.hanning(2560)
    chord = sum(sine(pitch) for pitch in (60, 67.3, 84, 98))[:2560] * envelope
    padded = np.pad(chord, (512 * 40, 512 * 40))
    reference = librosa.cqt(
        padded.astype("float32"),
        sr=16_000,
        hop_length=512,
        fmin=librosa.midi_to_hz(26),
        n_bins=cqt.N_BINS,
        bins_per_octave=24,
        filter_scale=0.5,
        sparsity=0.0,
        scale=False,
    )
    ours = cqt.magnitudes(chord[None].astype("float32"))[0]
    reference = np.abs(reference[:, 41:46])
    # Theirs downsamples for low bins, hence 2 %; its values are sums over the filter, not means.
    freqs = librosa.cqt_frequencies(cqt.N_BINS, fmin=librosa.midi_to_hz(26), bins_per_octave=24)
    lengths, _ = librosa.filters.wavelet_lengths(freqs=freqs, sr=16_000, filter_scale=0.5)
    expected = 2.0 * reference / lengths[:, None]
    np.testing.assert_allclose(ours, expected, atol=0.02 * expected.max())


def test_loudness_plays_no_part_and_silence_is_zero():
    loud, soft = (cqt.cqt_images(sine(69, amplitude)) for amplitude in (0.8, 0.02))
    np.testing.assert_allclose(loud, soft, atol=1e-4)
    assert loud.max() == 1.0 and loud.min() >= 0.0
    assert not cqt.cqt_images(np.zeros(spectrogram.clip_samples(2), "int16")).any()


def test_a_note_sees_nothing_of_its_neighbours():
    n_samples = spectrogram.NOTE_SAMPLES
    clip = np.zeros(spectrogram.clip_samples(3), "float32")
    clip[n_samples : 2 * n_samples] = sine(50)[:n_samples]
    images = cqt.cqt_images(clip)
    assert not images[0].any() and not images[2].any()
    alone = cqt.cqt_images(sine(50))
    np.testing.assert_allclose(images[1], alone[0], atol=1e-5)


def test_hops_are_where_the_windows_of_the_spectrogram_are():
    for hop in range(5):
        click = np.zeros(spectrogram.clip_samples(1), "float32")
        click[512 * (hop + 1) - 1] = 0.5
        window = spectrogram.magnitudes(click)[:, 100].argmax()
        assert cqt.cqt_images(click)[0, 150, :, 0].argmax() == window == hop


def test_batches_integers_and_leftover_samples():
    rng = np.random.default_rng(0)
    clips = (rng.uniform(-0.5, 0.5, (2, 3, spectrogram.clip_samples(2))) * 32768).astype("int16")
    images = cqt.cqt_images(clips)
    assert images.shape == (2, 3, 2, cqt.N_BINS, 5, 1) and images.dtype == np.float32
    one = cqt.cqt_images(np.append(clips[1, 2] / 32768.0, np.zeros(700)))
    np.testing.assert_allclose(one, images[1, 2], atol=1e-5)


def test_every_fundamental_stays_inside_when_moved_by_nine_semitones():
    bins = [2 * (pitch - cqt.LOWEST_PITCH) for pitch in (36, 108)]
    assert bins[0] - 18 >= 0 and bins[1] + 18 < cqt.N_BINS


def test_a_sound_without_a_whole_note_is_refused():
    with pytest.raises(UserError, match="A note needs 3072 samples"):
        cqt.cqt_images(np.zeros(3_000, "float32"))
