import numpy as np
import pytest

from pipelines.making.audio_folder.clips import cut_clips
from sps_tf.audio import spectrogram

NOTE = spectrogram.NOTE_SAMPLES  # 2,560


def counting(n_samples):
    """Return samples that tell their own place, none of them silent."""
    return (100 + np.arange(n_samples) % 30_000).astype(np.int16)


def test_without_a_length_clips_are_stretches_of_the_sound():
    sound = counting(2 * 3 * NOTE + 512)
    clips = cut_clips(sound, n_notes=3)
    assert clips.waveform.shape == (2, spectrogram.clip_samples(3)) == (2, 3 * 2560 + 512)
    assert clips.waveform.dtype == np.int16
    np.testing.assert_array_equal(clips.waveform[0], sound[: 3 * 2560 + 512])
    np.testing.assert_array_equal(clips.waveform[1], sound[3 * 2560 :])
    np.testing.assert_array_equal(clips.first_note, [0, 3])
    assert clips.n_notes == 6


def test_where_the_sound_ends_zeros_follow_and_the_rest_is_left_out():
    clips = cut_clips(counting(2 * NOTE + 100), n_notes=2)
    np.testing.assert_array_equal(clips.waveform[0, : 2 * NOTE + 100], counting(2 * NOTE + 100))
    assert not clips.waveform[0, 2 * NOTE + 100 :].any()
    assert len(cut_clips(counting(2 * NOTE - 1), n_notes=2).waveform) == 0
    assert len(cut_clips(counting(0), n_notes=2).waveform) == 0


def test_of_notes_of_half_a_second_the_first_five_hops_are_taken():
    sound = counting(5 * 8000)
    clips = cut_clips(sound, n_notes=2, note_secs=0.5)
    assert (clips.waveform.shape[0], clips.n_notes) == (2, 5)
    for clip in range(2):
        for place in range(2):
            start = (2 * clip + place) * 8000
            np.testing.assert_array_equal(
                clips.waveform[clip, place * NOTE :][:NOTE], sound[start : start + NOTE]
            )
        after = (2 * clip + 2) * 8000  # the tail is where the next note begins
        np.testing.assert_array_equal(clips.waveform[clip, -512:], sound[after : after + 512])


def test_short_notes_are_followed_by_zeros():
    sound = counting(7 * 1600)
    clips = cut_clips(sound, n_notes=3, note_secs=0.1)
    assert clips.n_notes == 7
    notes = clips.waveform[:, : 3 * NOTE].reshape(6, NOTE)
    np.testing.assert_array_equal(notes[:, :1600], sound[: 6 * 1600].reshape(6, 1600))
    assert not notes[:, 1600:].any()


def test_a_length_that_is_no_whole_number_of_samples_does_not_drift():
    note_secs = 1 / 3  # 5,333.3 samples
    sound = counting(300 * 16_000 // 3)
    clips = cut_clips(sound, n_notes=100, note_secs=note_secs)
    assert len(clips.waveform) == 3
    start = round(299 * 16_000 / 3)
    np.testing.assert_array_equal(
        clips.waveform[2, 99 * NOTE : 100 * NOTE], sound[start : start + NOTE]
    )


def test_each_note_fills_its_five_hops_of_the_spectrogram():
    time_secs = np.arange(NOTE) / 16_000
    frequencies_hz = [500.0, 1000.0, 2000.0, 4000.0]
    notes = [np.sin(2 * np.pi * f * time_secs) for f in frequencies_hz]
    sound = (10_000 * np.concatenate([*notes, np.zeros(512)])).astype(np.int16)
    magnitudes = spectrogram.magnitudes(cut_clips(sound, n_notes=2).waveform)
    # 500 Hz is bin 32 of 15.625 Hz each; the fifth hop looks half into the next note.
    loudest = magnitudes.reshape(4, 5, 513)[:, :4].argmax(axis=2)
    np.testing.assert_array_equal(loudest, np.repeat([[32], [64], [128], [256]], 4, axis=1))


@pytest.mark.parametrize(("peak", "kept"), [(0, 0), (32, 0), (33, 1), (-33, 1)])
def test_clips_without_a_sound_above_minus_60_decibels_are_left_out(peak, kept):
    sound = np.zeros(3 * 2 * NOTE, np.int16)
    sound[2 * NOTE + 600] = peak  # in the second of three clips
    clips = cut_clips(sound, n_notes=2)
    assert (len(clips.waveform), clips.n_silent) == (kept, 3 - kept)
    np.testing.assert_array_equal(clips.first_note, [2] * kept)
