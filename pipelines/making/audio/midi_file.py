"""Notes from the bytes of a MIDI file, as forgiving as players are.

Libraries refuse files that every player plays, for an odd key signature for one. Here all that is
no note is passed over by its length. Each byte is read once, so a file costs time and memory by
its bytes, whatever it claims.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

# General MIDI's channel of drums, from 0.
DRUM_CHANNEL = 9
MAX_KEY = 127
# Bytes of data behind each kind of channel message, by the upper half of its first byte.
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_NOTE_OFF, _NOTE_ON = 0x8, 0x9
_META, _END_OF_TRACK = 0xFF, 0x2F
_SYSTEM_EXCLUSIVE = (0xF0, 0xF7)
_MAX_NUMBER_BYTES = 4
# The tempo where a file names none; one that counts video frames has no tempo at all.
_BEATS_PER_SECOND = 2


class TickNote(NamedTuple):
    """One note.

    Attributes:
        onset: when it starts, in ticks from the start of the file.
        end: when it ends.
        key: MIDI note number.
    """

    onset: int
    end: int
    key: int


class MidiNotes(NamedTuple):
    """What a file holds.

    Attributes:
        notes: the notes of all tracks, drums apart, sorted by onset.
        n_patterns: how many pieces of music the file holds, one after another or at choice: more
            than 1 only in files of type 2.
        ticks_per_beat: how many ticks a quarter note lasts. Where the file counts video frames
            in place of beats, that of 120 beats a minute.
    """

    notes: list[TickNote]
    ticks_per_beat: float
    n_patterns: int = 1


def read_midi(content: bytes) -> MidiNotes:
    """Read the notes of a MIDI file.

    Read as well: files in a RIFF (RMID), unknown chunks, wrong numbers of tracks, what follows
    the last chunk, a missing end of track, events of the file about itself (meta) that are empty
    or odd, values above 127, video frames in place of beats. A note that is never ended ends with
    its track; one without length is none.

    Args:
        content: the file's bytes.

    Returns:
        The notes.

    Raises:
        ValueError: if the content is not MIDI, is cut short, or keeps no musical time.
    """
    content = _unwrap(content)
    if content[:4] != b"MThd" or len(content) < 14:
        raise ValueError("not MIDI")
    length, kind, _, division = struct.unpack(">IHHH", content[4:14])
    if length < 6 or kind > 2:
        raise ValueError("not MIDI")
    tracks = [list(_track_notes(track)) for track in _tracks(content, 8 + length)]
    if not tracks:
        raise ValueError("no track")
    n_patterns = sum(map(bool, tracks)) if kind == 2 else 1
    notes = [note for track in tracks for note in track if note.end > note.onset]
    return MidiNotes(sorted(notes), _ticks_per_beat(division), n_patterns)


def _unwrap(content: bytes) -> bytes:
    """Return the file inside a RIFF, or the content itself."""
    if content[:4] != b"RIFF" or content[8:12] != b"RMID":
        return content
    at = 12
    while at + 8 <= len(content):
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name == b"data":
            return content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise ValueError("no data in the RIFF")


def _ticks_per_beat(division: int) -> float:
    if division & 0x8000:
        frames_per_second, ticks_per_frame = 0x100 - (division >> 8), division & 0xFF
        ticks = frames_per_second * ticks_per_frame / _BEATS_PER_SECOND
    else:
        ticks = float(division)
    if not ticks:
        raise ValueError("no musical time")
    return ticks


def _tracks(content: bytes, at: int) -> Iterator[bytes]:
    """Yield the content of every track; what is no chunk behind the last one is passed over."""
    n_tracks = 0
    while at + 8 <= len(content):
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "big")
        at += 8
        if name == b"MTrk":
            if at + length > len(content):
                raise ValueError("a track is cut short")
            n_tracks += 1
            yield content[at : at + length]
        elif at + length > len(content) and n_tracks:
            return
        at += length


def _track_notes(track: bytes) -> Iterator[TickNote]:
    """Pair the starts and ends of a track's notes."""
    sounding: dict[tuple[int, int], list[int]] = {}
    ticks = 0
    for ticks, kind, channel, data in _messages(track):
        if kind not in (_NOTE_ON, _NOTE_OFF) or channel == DRUM_CHANNEL:
            continue
        key, force = data
        if key > MAX_KEY:
            raise ValueError("no such key")
        onsets = sounding.setdefault((channel, key), [])
        if kind == _NOTE_ON and force > 0:
            onsets.append(ticks)
        elif onsets:
            yield TickNote(onsets.pop(0), ticks, key)
    for (_, key), onsets in sounding.items():
        for onset in onsets:
            yield TickNote(onset, ticks, key)


def _messages(track: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield time, kind, channel and data of the messages; the end of the track is kind 0."""
    at, ticks, running = 0, 0, 0  # a message may leave out the first byte of the one before
    while at < len(track):
        delta, at = _number(track, at)
        ticks += delta
        if at >= len(track):
            break
        status = running
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status == _META:
            kind = track[at : at + 1]
            length, at = _number(track, at + 1)
            if kind == bytes([_END_OF_TRACK]):
                break
            at += length
        elif status in _SYSTEM_EXCLUSIVE:
            length, at = _number(track, at)
            at += length
        elif status >> 4 in _DATA_BYTES:
            n_bytes, running = _DATA_BYTES[status >> 4], status
            if at + n_bytes > len(track):
                raise ValueError("a message is cut short")
            yield ticks, status >> 4, status & 0xF, track[at : at + n_bytes]
            at += n_bytes
        else:
            raise ValueError("no such message")
        if at > len(track):
            raise ValueError("an event is cut short")
    yield ticks, 0, 0, b""


def _number(track: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to four bytes, and where what follows it begins."""
    value = 0
    for place in range(at, min(at + _MAX_NUMBER_BYTES, len(track))):
        value = value << 7 | track[place] & 0x7F
        if not track[place] & 0x80:
            return value, place + 1
    raise ValueError("a number without end")
