import numpy as np

from pipelines.making.audio.melody import chromatic_clips, melody_clips, quantise, segments
from pipelines.making.audio.nottingham import Note


def test_each_eighth_has_the_note_that_sounds_at_its_start():
    notes = [Note(0, 1, 60), Note(1, 3, 62), Note(3, 3.5, 64), Note(3.5, 4, 65), Note(4, 5, 67)]
    assert quantise(notes) == [60, 62, 62, 64, 67]


def test_rests_become_sustains():
    notes = [Note(0, 1, 60), Note(3, 4, 62), Note(6, 7, 64)]
    assert quantise(notes) == [60, 60, 60, 62, 62, 62, 64]


def test_a_rest_at_the_start_takes_the_first_note():
    assert quantise([Note(3, 4, 70), Note(4, 5, 72)]) == [70, 70, 70, 70, 72]


def test_a_note_slightly_early_or_late_keeps_its_step():
    notes = [Note(0.02, 1, 60), Note(0.98, 2.1, 62), Note(2.1, 3, 64)]
    assert quantise(notes) == [60, 62, 64]


def test_triplets_keep_what_sounds_on_the_eighths():
    third = 2 / 3
    notes = [Note(i * third, (i + 1) * third, 60 + i) for i in range(6)]  # two beats
    assert quantise(notes) == [60, 61, 63, 64]


def test_a_very_short_tune_has_one_step():
    assert quantise([Note(0, 0.1, 60)]) == [60]


def test_segments_do_not_overlap_and_the_last_is_sustained():
    assert segments([1, 2, 3, 4, 5], 2) == [(1, 2), (3, 4), (5, 5)]
    assert segments([1, 2, 3, 4], 2) == [(1, 2), (3, 4)]
    assert segments([1], 4) == [(1, 1, 1, 1)]


def test_short_rests_of_melodies_can_be_left_out():
    assert segments([1, 2, 3, 4, 5, 6, 7], 4, min_melody_steps=3) == [(1, 2, 3, 4), (5, 6, 7, 7)]
    assert segments([1, 2, 3, 4, 5, 6], 4, min_melody_steps=3) == [(1, 2, 3, 4)]
    assert segments([1, 2], 4, min_melody_steps=4) == []


def test_melodies_are_played_by_the_accordion():
    clips = melody_clips("jigs1", [(60, 62), (64, 65)])
    assert [clip.key for clip in clips] == ["jigs1/000", "jigs1/001"]
    assert clips[1].pitches == (64.0, 65.0)
    assert {(clip.instrument, clip.program) for clip in clips} == {("Accordion", 21)}


def test_every_pitched_instrument_plays_all_notes_from_c4_to_c6():
    clips = chromatic_clips()
    programs = [clip.program for clip in clips]
    assert programs == sorted(set(programs))
    assert len(clips) == len({clip.instrument for clip in clips}) == 114
    assert {0, 21, 111, 112, 114} <= set(programs)
    assert not {113, 115, 116, 117, 118, 119, 120, 127} & set(programs)
    for clip in clips:
        assert len(clip.pitches) == 64
        assert set(clip.pitches) == set(range(60, 85))
        assert set(np.abs(np.diff(clip.pitches))) == {1.0}


def test_25_steps_are_enough_for_the_whole_range():
    assert chromatic_clips(25)[0].pitches == tuple(range(60, 85))
