"""Melodies of the Nottingham Music Database from MIDI files (section A.6.1).

Files come from anywhere. A bad one costs itself only, and none can cost more time or memory than
its own bytes: notes are counted in ticks, and nothing of the length that a file claims is
allocated.
"""

import functools
import itertools
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from pipelines.making.archives import DAMAGED, list_members, open_zip
from pipelines.making.audio.midi_file import MidiNotes, read_midi
from pipelines.making.walking import printable, walk_files
from sps_tf.errors import UserError

URL = "https://github.com/jukedeck/nottingham-dataset/archive/refs/heads/master.zip"
# Names in the manual folder.
SOURCE_NAMES = ("nottingham.zip", "nottingham")

MAX_FILES = 100_000
MAX_FILE_BYTES = 1 << 18  # the longest tune takes 10 KB
MAX_TOTAL_BYTES = 64 << 20  # all tunes of the archive take 2 MB
MAX_EIGHTHS = 20_000  # the longest tune has 3,072
SUFFIXES = (".mid", ".midi")
# The archive holds each tune several times; this folder has the melody alone.
_MELODY_FOLDER = "melody"
# Two notes may overlap by this many eighths, or by half of the shorter one, and still be one after
# the other, played legato.
_LEGATO_EIGHTHS, _LEGATO_SHARE = 0.25, 0.5
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
    eighths), `polyphonic` (notes sound together), `several_patterns` (a file of type 2 with several
    tracks of notes), and those of `walk_files`.

    Args:
        source: the zip file or folder.

    Returns:
        The melodies, sorted by name, and what was left out.

    Raises:
        UserError: if the source does not exist, is no zip file, or holds no MIDI file.
    """
    notes, skipped = {}, defaultdict(list)
    for name, content in _open_files(Path(source).expanduser(), skipped):
        reason, found = _read_notes(content)
        if reason:
            skipped[reason].append(name)
        else:
            notes[str(PurePosixPath(name).with_suffix(""))] = found
    if not notes and not skipped:
        raise UserError(f"There is no MIDI file (.mid) here. Received: {source}")
    return Tunes(notes, dict(skipped))


def parse_midi(content: bytes) -> list[Note]:
    """Read the notes of one MIDI file, drums apart, see `midi_file.read_midi`.

    Args:
        content: the file's bytes.

    Returns:
        The notes, sorted by onset.

    Raises:
        ValueError: if the content is not MIDI, is cut short, or keeps no musical time.
    """
    return _in_eighths(read_midi(content))


def _in_eighths(midi: MidiNotes) -> list[Note]:
    eighth_ticks = midi.ticks_per_beat / _EIGHTHS_PER_BEAT
    return [Note(n.onset / eighth_ticks, n.end / eighth_ticks, n.key) for n in midi.notes]


def _read_notes(content: bytes | None) -> tuple[str, list[Note]]:
    """Return why a file is left out, or an empty string, and its notes."""
    if content is None:
        return "unreadable", []
    if len(content) > MAX_FILE_BYTES:
        return "too_large", []
    try:
        midi = read_midi(content)
    except ValueError:
        return "broken", []
    notes = _in_eighths(midi)
    if midi.n_patterns > 1:
        return "several_patterns", []
    if not notes:
        return "empty", []
    if max(note.end for note in notes) > MAX_EIGHTHS:
        return "endless", []
    return ("", notes) if _is_one_voice(notes) else ("polyphonic", [])


def _is_one_voice(notes: list[Note]) -> bool:
    """Tell whether notes follow each other, overlapping by no more than legato playing does."""
    latest_end = 0.0  # of all notes but the last
    for first, second in itertools.pairwise(notes):
        overlap = first.end - second.onset
        shorter = min(first.end - first.onset, second.end - second.onset)
        is_legato = overlap <= max(_LEGATO_SHARE * shorter, _LEGATO_EIGHTHS)
        if not is_legato or latest_end > second.onset + _LEGATO_EIGHTHS:
            return False
        latest_end = max(latest_end, first.end)
    return True


def _open_files(source: Path, skipped: dict[str, list[str]]) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name and content of each MIDI file; None where it cannot be read."""
    if source.is_dir():
        found = walk_files(source, lambda reason, name: skipped[reason].append(name))
        paths = {name: path for name, path in found if path.suffix.lower() in SUFFIXES}
        for name in _choose(list(paths), source):
            yield printable(name), _read_bounded(functools.partial(paths[name].open, "rb"))
    elif source.is_file():
        with open_zip(source) as archive:
            names = list_members(archive, SUFFIXES, MAX_FILES, MAX_TOTAL_BYTES)
            for name in _choose(names, source):
                yield printable(name), _read_bounded(functools.partial(archive.open, name))
    else:
        raise UserError(f"The melodies must be a zip file or a folder. Received: {source}")


def _choose(names: list[str], source: Path) -> list[str]:
    """Return the names of the MIDI files to read, sorted."""
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
    except DAMAGED:
        return None
