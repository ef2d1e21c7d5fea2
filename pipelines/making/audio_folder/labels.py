"""The true pitches of the user's notes, where the user knows them."""

import csv
import math
from pathlib import Path

import numpy as np

from pipelines.making.walking import normal_name
from sps_tf.errors import UserError, did_you_mean

FILE_NAME = "labels.csv"
COLUMNS = ("file", "note", "pitch")
MAX_BYTES = 64 << 20

Labels = dict[str, dict[int, float]]


def read_labels(root: Path, known: set[str]) -> Labels | None:
    """Read `labels.csv`, which has the columns file, note, pitch.

    Args:
        root: the folder of sounds.
        known: the sound files in it, by names relative to it.

    Returns:
        file -> number of the note, from 0 -> MIDI pitch (69 is 440 Hz, fractions allowed); None
        if there is no such file.

    Raises:
        UserError: naming the line, if a column is missing, a value is wrong, a note has two
            pitches, or a file is not there.
    """
    path = root / FILE_NAME
    if not path.is_file():
        return None
    if path.stat().st_size > MAX_BYTES:
        raise UserError(f"{path} is larger than {MAX_BYTES >> 20} MiB")
    labels: Labels = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise UserError(
                    f"{path} must have the columns {', '.join(COLUMNS)}. "
                    f"Received: {', '.join(reader.fieldnames or ('none',))}"
                )
            repeated = [c for c in COLUMNS if reader.fieldnames.count(c) > 1]
            if repeated:
                raise UserError(
                    f"{path} must have each column once. Received twice: {', '.join(repeated)}"
                )
            names = {_plain(name): name for name in known}
            for row in reader:
                _add(labels, row, names, f"{path}, line {reader.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path} cannot be read as text in columns. Received: {error}") from error
    return labels


def pitches(labels: Labels, name: str, first_note: np.ndarray, n_notes: int) -> np.ndarray:
    """Return the pitches of the notes in the clips of one file.

    Args:
        labels: what `read_labels` returned.
        name: the file.
        first_note: (clip,), number of the first note in each clip.
        n_notes: notes in a clip.

    Returns:
        float32 (clip, note).

    Raises:
        UserError: if one of the notes has no pitch.
    """
    numbers = first_note[:, None] + np.arange(n_notes)
    of_file = labels.get(name, {})
    missing = [int(number) for number in numbers.flat if int(number) not in of_file]
    if missing:
        raise UserError(
            f"{FILE_NAME} must give the pitch of every note that is used, or be taken away. It "
            f"lacks {len(missing)} notes of {name}, the first of them note {missing[0]}"
        )
    found = [of_file[int(number)] for number in numbers.flat]
    return np.array(found, np.float32).reshape(numbers.shape)


def _plain(name: str) -> str:
    """Return a name as it is here: other systems write backslashes, and accents in another form."""
    return normal_name(name.replace("\\", "/"))


def _add(labels: Labels, row: dict[str, str | None], names: dict[str, str], where: str) -> None:
    written, number_text, pitch_text = (row[column] or "" for column in COLUMNS)
    name = names.get(_plain(written))
    if name is None:
        hint = did_you_mean(written, names.values())
        raise UserError(f"{where}: there is no such sound file.{hint} Received: {written!r}")
    try:
        number, pitch = int(number_text), float(pitch_text)
    except ValueError:
        number, pitch = -1, math.nan
    if number < 0 or not 0 <= pitch <= 127:
        raise UserError(
            f"{where}: note must be a number from 0, pitch a MIDI pitch from 0 to 127. "
            f"Received: {number_text!r}, {pitch_text!r}"
        )
    if labels.setdefault(name, {}).setdefault(number, pitch) != pitch:
        raise UserError(f"{where}: note {number} of {name} has two pitches")
