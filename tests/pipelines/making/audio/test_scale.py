import numpy as np
import pytest

from pipelines.making.audio.instruments import INSTRUMENTS, find_instrument
from pipelines.making.audio.scale import SCALE_SEMITONES, scale_clips, shift_clips, start_pitches
from sps_tf.errors import UserError

ACCORDION = find_instrument("Accordion")


def fractions(clips):
    return np.array([clip.pitches[0] % 1 for clip in clips])


def test_the_accordion_has_the_papers_27_clips():
    clips = scale_clips([ACCORDION])
    assert len(clips) == 27
    pitches = np.array([clip.pitches for clip in clips])
    assert pitches.shape == (27, 15)
    # Every MIDI pitch of Table 14's range is there, and no other.
    assert set(pitches.ravel()) == set(range(58, 97))
    assert {clip.program for clip in clips} == {21}


def test_a_scale_is_major_eight_notes_up_and_eight_down():
    steps = np.diff(SCALE_SEMITONES)
    assert steps[:7].tolist() == [2, 2, 1, 2, 2, 2, 1]
    assert SCALE_SEMITONES[8:] == SCALE_SEMITONES[:7][::-1]
    assert len(SCALE_SEMITONES) == 15


def test_table_14_gives_53_instruments_and_2375_clips():
    assert len(INSTRUMENTS) == len({row.program for row in INSTRUMENTS}) == 53
    assert len(scale_clips(INSTRUMENTS)) == 2375
    assert len({clip.key for clip in scale_clips(INSTRUMENTS)}) == 2375


def test_every_note_of_an_instrument_lies_in_its_range_and_reaches_both_ends():
    for row in INSTRUMENTS:
        pitches = np.array([clip.pitches for clip in scale_clips([row])])
        assert (pitches.min(), pitches.max()) == (row.low, row.high)
        assert 0 <= row.program <= 127


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, range(58, 85)),
        (70, None, range(70, 85)),
        (None, 60, range(58, 61)),
        (0, 127, range(58, 85)),
        (84, 84, range(84, 85)),
        (85, None, range(85, 85)),
        (70, 60, range(70, 61)),
    ],
)
def test_start_pitches_are_cut_to_the_table(first, last, expected):
    assert list(start_pitches(ACCORDION, first, last)) == list(expected)


def test_each_clip_is_shifted_up_as_a_whole_by_less_than_a_semitone():
    train = scale_clips([ACCORDION])
    test = shift_clips(train, 0, "test")
    for before, after in zip(train, test, strict=True):
        shift = np.array(after.pitches) - np.array(before.pitches)
        assert np.ptp(shift) < 1e-9
        assert 0 <= shift[0] < 1
        assert (after.key, after.program) == (before.key, before.program)
    assert len(set(fractions(test).round(6))) == 27
    assert 0.3 < fractions(test).mean() < 0.7


def test_validation_and_test_are_shifted_otherwise_and_so_are_other_seeds():
    train = scale_clips([ACCORDION])
    streams = [
        fractions(shift_clips(train, seed, purpose))
        for seed, purpose in ((0, "test"), (0, "validation"), (1, "test"))
    ]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(streams[i] - streams[j]).min() > 0
        assert abs(np.corrcoef(streams[i], streams[j])[0, 1]) < 0.5
    np.testing.assert_array_equal(streams[0], fractions(shift_clips(train, 0, "test")))


def test_a_clips_shift_does_not_depend_on_which_others_there_are():
    all_of_them = shift_clips(scale_clips([ACCORDION]), 3, "test")
    few = shift_clips(scale_clips([ACCORDION], 70, 71), 3, "test")
    assert few == [clip for clip in all_of_them if clip.key in ("Accordion/070", "Accordion/071")]


def test_a_misspelt_instrument_gets_a_suggestion():
    with pytest.raises(UserError, match="Did you mean 'Accordion'"):
        find_instrument("Acordion")
