import numpy as np
import pytest

from sps_tf.audio import spectrogram
from sps_tf.audio.pitch_detector import detect_pitch, track_pitch
from tests.sound_fakes import notes, tone

MIDI = np.arange(37.25, 97, 1.75)


def test_pitch_is_heard_to_a_twentieth_of_a_semitone():
    sound = np.stack([tone(midi, 8000) for midi in MIDI])
    np.testing.assert_allclose(detect_pitch(sound, 50, 2500), MIDI, atol=0.05)


def test_oversampling_is_what_reads_high_notes():
    midi = np.arange(88, 97, 0.3)
    sound = np.stack([tone(m, 8000) for m in midi])
    coarse = np.abs(detect_pitch(sound, 65, 2500, oversampling=1) - midi)
    fine = np.abs(detect_pitch(sound, 65, 2500) - midi)
    assert np.mean(coarse > 6) > 0.2
    assert fine.max() < 0.05


def test_leading_axes_are_kept_and_silence_has_no_pitch():
    sound = np.zeros((2, 3, 4096), np.float32)
    sound[1, 2] = tone(60.0, 4096)
    midi = detect_pitch(sound, 65, 2500)
    assert midi.shape == (2, 3)
    assert np.isnan(midi).sum() == 5
    assert midi[1, 2] == pytest.approx(60, abs=0.05)


def test_short_sound_is_completed():
    assert detect_pitch(tone(72.0, 1500), 100, 2500) == pytest.approx(72, abs=0.1)


def test_a_melody_is_followed_hop_by_hop():
    pitches = (48.0, 69.3, 91.0)
    sound = np.concatenate([*(tone(p, 16_000) for p in pitches), np.zeros(8000)])
    midi = track_pitch(sound)
    assert len(midi) == 1 + len(sound) // 512
    secs = np.arange(len(midi)) * 0.032
    for number, pitch in enumerate(pitches):
        inside = np.abs(secs - number - 0.5) < 0.35
        np.testing.assert_allclose(midi[inside], pitch, atol=0.15)
    assert np.isnan(midi[secs > 3.2]).all()


def test_griffin_lim_takes_clips_at_once_and_has_no_clicks_at_the_ends():
    clips = notes(np.array([[60.0, 64.0, 67.0], [62.0, 65.0, 69.0]]))
    sound = spectrogram.to_waveform(clips, n_iterations=16)
    assert sound.shape == (2, spectrogram.clip_samples(3))
    np.testing.assert_allclose(np.abs(sound).max(axis=1), 1)
    # A click at an end, scaled to 1, would leave the notes themselves silent.
    assert np.sqrt(np.mean(sound[:, 2048:-2048] ** 2, axis=1)).min() > 0.1
