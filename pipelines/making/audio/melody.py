"""From melodies to clips of equal notes, and the chromatic clips to test on (section A.6.1).

The paper quantises melodies by eighth notes, replaces rests with sustains, breaks sustains into
notes and speaks of 4-bar segments of 64 steps, about 5,000 of them. Four bars of eighth notes are
32 steps, and so counted the public archive gives 9,188 segments. With 64 steps of an eighth each
it gives 4,983 (4,092 of them without a sustained end), so that is what a segment is here.
"""

import math
from collections.abc import Sequence

from pipelines.making.audio.clips import Clip
from pipelines.making.audio.instruments import find_instrument
from pipelines.making.audio.nottingham import Note
from sps_tf.optional import require_module

N_STEPS = 64
# A note that starts up to a quarter of a step late still counts for the step.
_LATE_EIGHTHS = 0.25

TEST_LOW, TEST_HIGH = 60, 84
# General MIDI's 0 to 111, the tinkle bell and the steel drums; the rest are drums and effects.
PITCHED_PROGRAMS = (*range(113), 114)


def quantise(notes: Sequence[Note]) -> list[int]:
    """Return the pitch of every eighth note from the start of the file.

    A step has the pitch of the note that sounds at its start or sounded last. Before the first
    note, where nothing can be sustained, it has the first note's.

    Args:
        notes: the notes of a melody, at least one, sorted by onset.

    Returns:
        A MIDI note number for each eighth, at least one.
    """
    pitches, current = [], 0
    for step in range(max(1, math.ceil(max(note.end for note in notes) - _LATE_EIGHTHS))):
        while current + 1 < len(notes) and notes[current + 1].onset <= step + _LATE_EIGHTHS:
            current += 1
        pitches.append(notes[current].pitch)
    return pitches


def segments(
    pitches: Sequence[int], n_steps: int = N_STEPS, min_melody_steps: int = 1
) -> list[tuple[int, ...]]:
    """Cut a melody into segments that do not overlap.

    Args:
        pitches: the melody, a note for each step.
        n_steps: length of a segment. Default 64.
        min_melody_steps: the last segment is left out if the melody fills fewer of its steps;
            `n_steps` leaves out all that are not full. Default 1.

    Returns:
        The segments, each `n_steps` long: the last note is sustained to the end of the last one.
    """
    cut = [pitches[start : start + n_steps] for start in range(0, len(pitches), n_steps)]
    return [
        (*part, *[part[-1]] * (n_steps - len(part)))
        for part in cut
        if len(part) >= min_melody_steps
    ]


def melody_clips(name: str, parts: Sequence[Sequence[int]]) -> list[Clip]:
    """Let the accordion play the segments of one melody.

    Args:
        name: the melody's name.
        parts: its segments.

    Returns:
        A clip for each segment; the key is the name and the segment's number.
    """
    accordion = find_instrument("Accordion")
    return [
        Clip(f"{name}/{number:03d}", tuple(map(float, part)), accordion.name, accordion.program)
        for number, part in enumerate(parts)
    ]


def chromatic_clips(n_steps: int = N_STEPS) -> list[Clip]:
    """Let every pitched General MIDI instrument play all notes from C4 to C6.

    The paper tests on notes of all instruments in this range. Here each instrument plays one
    clip, up and down by semitones from 60 to 84 until the clip is full.

    Args:
        n_steps: notes in a clip; from 25 on, every note of the range is there. Default 64.

    Returns:
        114 clips; the key is the program's number and General MIDI's name of it.
    """
    pretty_midi = require_module("pretty_midi")
    span = TEST_HIGH - TEST_LOW
    distances = (abs((step + span) % (2 * span) - span) for step in range(n_steps))
    pitches = tuple(float(TEST_LOW + distance) for distance in distances)
    names = {p: pretty_midi.program_to_instrument_name(p) for p in PITCHED_PROGRAMS}
    return [Clip(f"{p:03d}/{name}", pitches, name, p) for p, name in names.items()]
