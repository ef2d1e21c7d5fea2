"""Melodies of the Nottingham Music Database from MIDI files (section A.6.1).

Files come from anywhere. A bad one costs itself only, and none can cost more time or memory than
its own bytes: notes are counted in ticks, and nothing of the length that a file claims is
allocated.
"""

import functools
import io
import itertools
import os
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple

from sps_tf.errors import UserError
from sps_tf.optional import require_module

if TYPE_CHECKING:
    import mido

URL = "https://github.com/jukedeck/nottingham-dataset/archive/refs/heads/master.zip"
# Names in the manual folder.
SOURCE_NAMES = ("nottingham.zip", "nottingham")

MAX_FILES = 100_000
MAX_FILE_BYTES = 1 << 18  # the longest tune takes 10 KB
MAX_EIGHTHS = 20_000  # the longest tune has 3,072
SUFFIXES = (".mid", ".midi")
# The archive holds each tune several times; this folder has the melody alone.
_MELODY_FOLDER = "melody"
_DRUM_CHANNEL = 9
# Two notes may overlap by this many eighths and still be one after the other, played legato.
_LEGATO_EIGHTHS = 0.25
_EIGHTHS_PER_BEAT = 2
_NAMED = 3


class Note(NamedTuple):
    """One note of a tune, in eighth notes from the start of the file.

    Attributes:
        onset: when it starts.
        end: when it ends.
        pitch: MIDI note number.
    """

    onset: float
    end: float
    pitch: int


class Tunes(NamedTuple):
    """What was read from an archive.

    Attributes:
        notes: name of a file without suffix -> its notes in order.
        skipped: why a file was left out -> the names of such files.
    """

    notes: dict[str, list[Note]]
    skipped: dict[str, list[str]]

    def summary(self) -> str:
        """Return in one line how many files were left out, why, and the first of them."""
        parts = (
            f"{reason} {len(names)} (such as {', '.join(names[:_NAMED])})"
            for reason, names in sorted(self.skipped.items())
        )
        return "; ".join(parts) or "nothing"


def read_tunes(source: str | os.PathLike) -> Tunes:
    """Read all melodies of a zip file or folder.

    Where MIDI files lie in a folder called `melody`, as in the public archive, only these are
    read. Reasons of leaving a file out: `unreadable` (a damaged zip, no permission), `too_large`
    (above 256 KiB), `broken` (not MIDI, or cut short), `empty` (no note), `endless` (above 20,000
    eighths), `polyphonic` (notes sound together).

    Args:
        source: the zip file or folder.

    Returns:
        The melodies, sorted by name, and what was left out.

    Raises:
        UserError: if the source does not exist, is no zip file, or holds no MIDI file.
    """
    notes, skipped = {}, defaultdict(list)
    for name, content in _open_files(Path(source).expanduser()):
        reason, found = _read_notes(content)
        if reason:
            skipped[reason].append(name)
        else:
            notes[str(PurePosixPath(name).with_suffix(""))] = found
    if not notes and not skipped:
        raise UserError(f"There is no MIDI file (.mid) here. Received: {source}")
    return Tunes(notes, dict(skipped))


def parse_midi(content: bytes) -> list[Note]:
    """Read the notes of one MIDI file, drums apart.

    Args:
        content: the file's bytes.

    Returns:
        The notes, sorted by onset. A note that is never ended ends with its track.

    Raises:
        ValueError: if the content is not MIDI, or keeps no musical time.
    """
    mido = require_module("mido")
    try:
        midi = mido.MidiFile(file=io.BytesIO(content))
    except Exception as error:
        # mido raises whatever its own code trips over: EOFError, IndexError, errors of its own.
        raise ValueError(f"not MIDI: {type(error).__name__}") from error
    # From 0x8000 on, the header counts video frames, not parts of a beat.
    if not 0 < midi.ticks_per_beat < 0x8000 or midi.type not in (0, 1):
        raise ValueError("no musical time")
    eighth_ticks = midi.ticks_per_beat / _EIGHTHS_PER_BEAT
    notes = [note for track in midi.tracks for note in _track_notes(track, eighth_ticks)]
    return sorted(notes)


def _read_notes(content: bytes | None) -> tuple[str, list[Note]]:
    """Return why a file is left out, or an empty string, and its notes."""
    if content is None:
        return "unreadable", []
    if len(content) > MAX_FILE_BYTES:
        return "too_large", []
    try:
        notes = parse_midi(content)
    except ValueError:
        return "broken", []
    if not notes:
        return "empty", []
    if max(note.end for note in notes) > MAX_EIGHTHS:
        return "endless", []
    overlaps = (first.end - second.onset for first, second in itertools.pairwise(notes))
    if max(overlaps, default=0.0) > _LEGATO_EIGHTHS:
        return "polyphonic", []
    return "", notes


def _track_notes(track: "mido.MidiTrack", eighth_ticks: float) -> Iterator[Note]:
    """Pair the starts and ends of a track's notes."""
    ticks = 0
    sounding: dict[tuple[int, int], list[int]] = {}
    for message in track:
        ticks += message.time
        if message.type not in ("note_on", "note_off") or message.channel == _DRUM_CHANNEL:
            continue
        onsets = sounding.setdefault((message.channel, message.note), [])
        if message.type == "note_on" and message.velocity > 0:
            onsets.append(ticks)
        elif onsets:
            yield Note(onsets.pop(0) / eighth_ticks, ticks / eighth_ticks, message.note)
    for (_, pitch), onsets in sounding.items():
        for onset in onsets:
            yield Note(onset / eighth_ticks, ticks / eighth_ticks, pitch)


def _open_files(source: Path) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name and content of each MIDI file; None where it cannot be read."""
    if source.is_dir():
        paths = {path.relative_to(source).as_posix(): path for path in source.rglob("*")}
        for name in _choose([name for name, path in paths.items() if path.is_file()], source):
            yield name, _read_bounded(functools.partial(paths[name].open, "rb"))
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for name in _choose(archive.namelist(), source):
                yield name, _read_bounded(functools.partial(archive.open, name))
    else:
        raise UserError(f"The melodies must be a zip file or a folder. Received: {source}")


def _choose(names: list[str], source: Path) -> list[str]:
    """Return the names of the MIDI files to read, sorted."""
    # macOS puts shadows of files, named alike, into the zips that it makes.
    names = {n for n in names if n.lower().endswith(SUFFIXES) and "__MACOSX" not in n}
    melodies = {name for name in names if PurePosixPath(name).parent.name == _MELODY_FOLDER}
    chosen = sorted(melodies or names)
    if len(chosen) > MAX_FILES:
        raise UserError(f"There are more than {MAX_FILES} MIDI files. Received: {source}")
    return chosen


def _read_bounded(open_file: Callable[[], IO[bytes]]) -> bytes | None:
    """Read a file up to just above the limit; the size that a zip claims is not believed."""
    try:
        with open_file() as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
        # RuntimeError is what zipfile raises for a file with a password.
        return None
