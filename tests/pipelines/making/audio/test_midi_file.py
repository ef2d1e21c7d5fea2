import contextlib
import io
import struct
import time

import mido
import numpy as np
import pytest

from pipelines.making.audio.midi_file import TickNote, read_midi

PLAIN = [TickNote(240 * k, 240 * (k + 1), 60 + k) for k in range(4)]


def number(value):
    """A number as MIDI writes it."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | value & 0x7F)
    return bytes(reversed(out))


def events(*before, running=False):
    """The four notes of PLAIN, with events before the first one."""
    out = b"".join(b"\0" + event for event in before)
    for k in range(4):
        on, off = bytes([0x90, 60 + k, 64]), bytes([0x90, 60 + k, 0])
        out += b"\0" + (on[1:] if running and k else on)
        out += number(240) + (off[1:] if running else off)
    return out


def chunk(name, content):
    return name + struct.pack(">I", len(content)) + content


def midi(*tracks, kind=0, n_tracks=None, division=480, header=b""):
    n_tracks = len(tracks) if n_tracks is None else n_tracks
    head = chunk(b"MThd", struct.pack(">HHH", kind, n_tracks, division) + header)
    return head + b"".join(chunk(b"MTrk", track) for track in tracks)


END = b"\0\xff\x2f\0"
PLAYABLE = {
    "plain": midi(events() + END),
    "running status": midi(events(running=True) + END),
    "running status behind a meta event": midi(
        events(b"\x90\x3c\x00", b"\xff\x01\x01x").replace(b"\0\x90\x3c\x40", b"\0\x3c\x40", 1) + END
    ),
    "key signature of 255": midi(events(b"\xff\x59\x02\xff\xff") + END),
    "empty key signature": midi(events(b"\xff\x59\x00") + END),
    "empty tempo": midi(events(b"\xff\x51\x00") + END),
    "unknown meta event": midi(events(b"\xff\x7b\x03abc") + END),
    "text that is no text": midi(events(b"\xff\x03\x04\xfe\xff\0M") + END),
    "volume of 255": midi(events(b"\xb0\x07\xff") + END),
    "system exclusive": midi(events(b"\xf0\x03\x7e\x09\xf7") + END),
    "other messages": midi(events(b"\xc0\x05", b"\xe0\x00\x40", b"\xd0\x10") + END),
    "no end of track": midi(events()),
    "junk behind the end of track": midi(events() + END + b"\0\xf8\xff\xff"),
    "junk behind the track": midi(events() + END) + b"JUNKJUNKJUNK",
    "fewer tracks declared": midi(events() + END, n_tracks=0),
    "more tracks declared": midi(events() + END, kind=1, n_tracks=30_000),
    "a longer header": midi(events() + END, header=b"more"),
    "an unknown chunk": midi().replace(b"MTrk", b"") + chunk(b"XFIH", b"abc") + midi(events())[14:],
    "type 2": midi(events() + END, kind=2),
    "an empty track beside": midi(END, events() + END, kind=1),
    "RIFF": b"RIFF\0\0\0\0RMIDdata" + struct.pack("<I", len(midi(events()))) + midi(events()),
    "RIFF with a name": b"RIFF\0\0\0\0RMIDDISP\3\0\0\0abc\0data\xff\xff\0\0" + midi(events()),
    "notes without length": midi(events(b"\x90\x30\x40", b"\x80\x30\x40") + END),
    "drums beside": midi(events(b"\x99\x30\x40") + END),
}


@pytest.mark.parametrize("name", PLAYABLE)
def test_what_players_play_is_read(name):
    found = read_midi(PLAYABLE[name])
    assert (found.notes, found.ticks_per_beat, found.n_patterns) == (PLAIN, 480, 1)


def test_video_frames_count_as_120_beats_a_minute():
    found = read_midi(midi(events(), division=0xE728))  # 25 frames of 40 ticks a second
    assert found == (PLAIN, 500.0, 1)


def test_patterns_of_type_2_are_counted():
    assert read_midi(midi(events(), events(), kind=2)).n_patterns == 2


def test_the_notes_are_those_of_another_reader():
    generator = np.random.default_rng(0)
    file = mido.MidiFile(ticks_per_beat=96, type=1)
    for channel in range(3):
        track = mido.MidiTrack()
        for _ in range(200):
            track.append(
                mido.Message(
                    str(generator.choice(["note_on", "note_off"])),
                    note=int(generator.integers(128)),
                    velocity=int(generator.integers(128)),
                    channel=channel,
                    time=int(generator.integers(20_000)),
                )
            )
        file.tracks.append(track)
    stream = io.BytesIO()
    file.save(file=stream)
    starts = sorted(note.onset for note in read_midi(stream.getvalue()).notes)
    expected = []
    for track in mido.MidiFile(file=io.BytesIO(stream.getvalue())).tracks:
        now = np.cumsum([message.time for message in track])
        expected += [
            int(t)
            for t, message in zip(now, track, strict=True)
            if message.type == "note_on" and message.velocity > 0 and t < now[-1]
        ]
    assert starts == sorted(expected)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MThd",
        b"RIFF\0\0\0\0RMID",
        midi(),
        midi(events(), division=0),
        midi(events())[:-3],
        midi(b"\xff\xff\xff\xff\xff\xff\x90\x3c\x40"),  # a number without end
        midi(b"\0\x3c\x40"),  # no message to repeat
        midi(b"\0\x90\x3c"),
        midi(b"\0\x90\xc8\x40"),  # no such key
        midi(b"\0\xff\x01\x7fabc"),  # a text longer than the track
    ],
)
def test_what_no_player_plays_is_refused(content):
    with pytest.raises(ValueError):
        read_midi(content)


@pytest.mark.parametrize("unit", [b"\xff", b"\0\xff\x01\0", b"\0\x90\x3c\x40", b"\x81"])
def test_time_grows_with_the_bytes_alone(unit):
    track = unit * (200_000 // len(unit))
    start = time.monotonic()
    with contextlib.suppress(ValueError):
        read_midi(midi(track))
    assert time.monotonic() - start < 5
