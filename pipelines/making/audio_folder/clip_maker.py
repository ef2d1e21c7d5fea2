"""The examples of one's own sounds, each made by its number from the file itself."""

import bisect
import dataclasses
import itertools
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipelines.making.audio_folder.clips import Clips, cut_clips
from pipelines.making.options import check_whole_number
from sps_tf.audio.sound_file import Sound, read_sound
from sps_tf.audio.spectrogram import NOTE_SAMPLES, magnitudes
from sps_tf.errors import UserError

MAX_NOTES = 1000
MAX_FILE_SECS = 4 * 3600.0


@dataclasses.dataclass(frozen=True)
class ClipForm:
    """How the sound of a file becomes clips of notes; see `clips.cut_clips`.

    Attributes:
        n_notes: notes in a clip, 2 to 1,000. Default 15.
        note_secs: length of the notes in the files in seconds, 0.02 to 60; the first 0.16 s of
            each are used. Default None: notes follow each other every 0.16 s.
        start_secs: where the first note begins in every file, in seconds. Default 0.
        max_secs: how much of each file is used at most, in seconds, up to 4 hours. Default one
            hour.
    """

    n_notes: int = 15
    note_secs: float | None = None
    start_secs: float = 0.0
    max_secs: float = 3600.0

    def __post_init__(self) -> None:
        """Refuse values that are out of range."""
        check_whole_number("n_notes", self.n_notes, 2, MAX_NOTES)
        if self.note_secs is not None and not 0.02 <= self.note_secs <= 60:
            raise UserError(
                f"note_secs must be 0.02 to 60 seconds, or None. Received: {self.note_secs}"
            )
        if not 0 <= self.start_secs < math.inf:
            raise UserError(f"start_secs must be at least 0. Received: {self.start_secs}")
        if not 0 < self.max_secs <= MAX_FILE_SECS:
            raise UserError(
                f"max_secs must be above 0 and at most {MAX_FILE_SECS:g}. Received: {self.max_secs}"
            )

    def read(self, path: Path) -> tuple[Sound, Clips]:
        """Return the sound of a file, and the clips that it is cut into."""
        sound = read_sound(path, self.start_secs, self.max_secs)
        return sound, cut_clips(sound.samples, self.n_notes, self.note_secs)


class Stretch(NamedTuple):
    """Clips of one file that follow each other.

    Attributes:
        file: the file's name, its path below the folder.
        first: number of the first clip in its file, from 0; silent ones do not count.
        n_clips: how many there are, at least 1.
        ends_before_test: whether test clips of the same file follow.
        pitch: float32 (clip, note), MIDI, or None where there are no labels.
    """

    file: str
    first: int
    n_clips: int
    ends_before_test: bool
    pitch: np.ndarray | None


class ClipMaker:
    """Make the examples of one split by their numbers, from the files themselves.

    The clips of the last file read are kept in memory, as those who write record files ask for one
    number after the other. They do not travel with the maker to other processes.

    Args:
        root: the folder of sounds.
        form: how a file becomes clips.
        stretches: the clips of the split, in the order of the numbers.
    """

    def __init__(self, root: Path, form: ClipForm, stretches: Iterable[Stretch]) -> None:
        self._root = root
        self._form = form
        self._stretches = tuple(stretches)
        self._stops = list(itertools.accumulate(s.n_clips for s in self._stretches))
        self._file: str | None = None
        self._clips = np.zeros((0, 0), np.int16)

    def __len__(self) -> int:
        """Return the number of clips."""
        return self._stops[-1]

    def __call__(self, number: int) -> dict[str, Any]:
        """Return one example.

        Args:
            number: its number, from 0.

        Returns:
            `waveform`, int16 (samples,) at 16 kHz; `file`, the name of its file; and, with
            labels, `pitch`, float32 (note,).

        Raises:
            UserError: if the file has changed and has fewer clips now.
        """
        place = bisect.bisect_right(self._stops, number)
        stretch = self._stretches[place]
        if stretch.file != self._file:
            self._clips = self._form.read(self._root / stretch.file)[1].waveform
            self._file = stretch.file
        index = stretch.n_clips - (self._stops[place] - number)
        if stretch.first + index >= len(self._clips):
            raise UserError(
                "This file changed while it was read. Leave the folder alone, and try again. "
                f"Received: {self._root / stretch.file}"
            )
        waveform = self._clips[stretch.first + index]
        if stretch.ends_before_test and index == stretch.n_clips - 1:
            # The tail of the clip is the beginning of the first test clip.
            waveform = waveform.copy()
            waveform[self._form.n_notes * NOTE_SAMPLES :] = 0
        example = {"waveform": waveform, "file": stretch.file}
        return example if stretch.pitch is None else {**example, "pitch": stretch.pitch[index]}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the clips at home."""
        return self.__dict__ | {"_file": None, "_clips": self._clips[:0]}


def measure_clip(example: dict[str, Any]) -> dict[str, float]:
    """Return `max_magnitude`, the largest magnitude in the spectrogram of an example's waveform."""
    return {"max_magnitude": float(magnitudes(example["waveform"]).max())}


def merge_measures(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    """Return the larger of two `max_magnitude`."""
    return {"max_magnitude": max(first["max_magnitude"], second["max_magnitude"])}
