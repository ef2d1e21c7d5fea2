"""Sound fonts for the tests that need real ones, and MIDI files for those that need none."""

import functools
import io
from collections.abc import Sequence

import mido
import pytest

from pipelines.making.audio.soundfonts import SoundFont, find_font, find_train_font
from pipelines.making.audio.synthesis import render_notes
from sps_tf.errors import UserError

TICKS_PER_BEAT = 480
EIGHTH_TICKS = TICKS_PER_BEAT // 2


@functools.cache
def _why_silent() -> str:
    try:
        find_font(("TimGM6mb",))
        render_notes([60], 0, find_train_font())
    except UserError as error:
        return str(error)
    return ""


def train_font() -> SoundFont:
    """FluidR3_GM; the test is skipped where it, TimGM6mb or FluidSynth is missing."""
    if _why_silent():
        pytest.skip(_why_silent())
    return find_train_font()


def small_font() -> SoundFont:
    """TimGM6mb, under the same condition."""
    train_font()
    return find_font(("TimGM6mb",))


def midi(
    notes: Sequence[tuple[float, float, int]],
    channel: int = 0,
    track_end_eighths: float | None = None,
    **header,
) -> bytes:
    """A MIDI file with one track: (onset, end, pitch) in eighths, and where the track ends."""
    events = [(on, "note_on", pitch) for on, _, pitch in notes]
    events += [(end, "note_off", pitch) for _, end, pitch in notes if end is not None]
    track, now = mido.MidiTrack(), 0
    # Of two events at one time, the end comes first.
    for when, kind, pitch in sorted(events, key=lambda event: (event[0], event[1] == "note_on")):
        ticks = round(when * EIGHTH_TICKS)
        track.append(mido.Message(kind, note=pitch, velocity=64, channel=channel, time=ticks - now))
        now = ticks
    if track_end_eighths is not None:
        end = round(track_end_eighths * EIGHTH_TICKS) - now
        track.append(mido.MetaMessage("end_of_track", time=end))
    file = mido.MidiFile(ticks_per_beat=TICKS_PER_BEAT, **header)
    file.tracks.append(track)
    stream = io.BytesIO()
    file.save(file=stream)
    return stream.getvalue()


def scale_midi(n_notes: int = 8, first: int = 60) -> bytes:
    """A chromatic tune in eighth notes."""
    return midi([(i, i + 1, first + i) for i in range(n_notes)])
