"""From a folder of sounds to training and test clips, whatever their names, rates and formats."""

import logging
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.making.audio_folder.clips import Clips, cut_clips
from pipelines.making.audio_folder.decoder import Decoded, Decoder
from pipelines.making.audio_folder.files import find_sounds
from pipelines.making.audio_folder.labels import Labels, pitches, read_labels
from pipelines.making.audio_folder.split import choose_test
from pipelines.making.report import Report
from sps_tf.audio.spectrogram import NOTE_SAMPLES, SAMPLE_RATE_HZ, clip_samples
from sps_tf.errors import UserError

MAX_BYTES = 1 << 30
MAX_FILE_SECS = 4 * 3600.0

Arrays = dict[str, np.ndarray]


def load_audio_folder(
    folder: str | os.PathLike,
    n_notes: int = 15,
    note_secs: float | None = None,
    start_secs: float = 0.0,
    max_secs: float = 3600.0,
    test_fraction: float = 0.25,
    seed: int = 0,
) -> dict[str, Any]:
    """Load a user's sounds as clips for training and testing.

    Sounds are WAV, FLAC, OGG (Vorbis) and MP3 files at any depth; names that begin with a dot
    are passed over. Channels are averaged and the mean is resampled to 16 kHz. A file is cut
    into notes, and these into clips that share no note: see
    `pipelines.making.audio_folder.clips.cut_clips`. Whole files go to the test set, as many as fit
    into its share and at least one; where there is only one file, its end does. Damaged files
    are left out, or used up to the damage, and named. Silent clips are left out.

    Where the folder holds `labels.csv` with the columns file, note, pitch (the file's name
    relative to the folder, the note's number in it from 0, its MIDI pitch), every note that is
    used must have its line.

    Args:
        folder: the folder.
        n_notes: notes in a clip, 2 to 1,000. Default 15.
        note_secs: length of the notes in the files in seconds, 0.02 to 60; the first 0.16 s of
            each are used. Default None: notes follow each other every 0.16 s.
        start_secs: where the first note begins in every file, in seconds. Default 0.
        max_secs: how much of each file is used at most, in seconds, up to 4 hours. Default one
            hour.
        test_fraction: share of the clips to test on, above 0 and below 1. Default 0.25.
        seed: seed of the order in which files become test. Default 0.

    Returns:
        `train` and `test`, each a dict with `waveform`, int16 (clip, samples) at 16 kHz;
        `source`, (clip,) names of files; and, with labels, `pitch`, float32 (clip, note). And
        `report`, a dict: `files` (name -> seconds, notes, clips, silent clips, split),
        `left_out` and `incomplete` (name -> reason), `skipped` (reason -> count), `examples`
        (reason -> names).

    Raises:
        UserError: if the folder, a value or a label is wrong, or nothing usable is inside.
    """
    _check_numbers(n_notes, note_secs, start_secs, max_secs, test_fraction)
    root = Path(folder).expanduser()
    report = Report()
    about: dict[str, Any] = {"files": {}, "left_out": {}, "incomplete": {}}
    names = find_sounds(root, report)
    if report.examples:
        logging.warning("Left out in %s: %s", root, report.summary())
    labels = read_labels(root, set(names))
    arrays: dict[str, Arrays] = {}
    room = MAX_BYTES // (2 * clip_samples(n_notes))
    for name, decoded in _decode_all(root, names, start_secs, max_secs):
        found = cut_clips(decoded.samples, n_notes, note_secs)
        _note(name, decoded, found, about, report)
        room -= len(found.waveform)
        if room < 0:
            raise UserError(
                f"The sounds in {root} take more than {MAX_BYTES >> 30} GiB. Use fewer files, or "
                f"less of each with max_secs. Received: max_secs {max_secs:g}, {len(names)} files"
            )
        if len(found.waveform):
            arrays[name] = _arrays(name, found, labels, n_notes)
    n_clips = {name: len(values["waveform"]) for name, values in arrays.items()}
    if sum(n_clips.values()) < 2:
        clip_secs = n_notes * (note_secs or NOTE_SAMPLES / SAMPLE_RATE_HZ)
        raise UserError(
            f"At least two clips of {n_notes} notes ({clip_secs:.2g} s) are needed, one of them to "
            "test on; n_notes makes them shorter. "
            f"Received: {sum(n_clips.values())} from {root}. Skipped: {report.summary()}"
        )
    return _arrange(arrays, choose_test(n_clips, test_fraction, seed), n_notes, about, report)


def _decode_all(
    root: Path, names: list[str], start_secs: float, max_secs: float
) -> Iterator[tuple[str, Decoded]]:
    from tqdm import tqdm

    if not names:
        return
    with Decoder() as decoder:
        for name in tqdm(names, desc="Reading sounds", unit=" files", disable=None):
            yield name, decoder.decode(root / name, start_secs, max_secs)


def _note(name: str, decoded: Decoded, found: Clips, about: dict[str, Any], report: Report) -> None:
    """Write down what became of a file."""
    reason = decoded.reason
    if len(found.waveform):
        about["files"][name] = {
            "secs": round(len(decoded.samples) / SAMPLE_RATE_HZ, 3),
            "notes": found.n_notes,
            "clips": len(found.waveform),
            "silent_clips": found.n_silent,
            "clipped_samples": decoded.n_clipped,
        }
        if reason:
            about["incomplete"][name] = reason
            logging.warning("Used in part: %s, %s", name, reason)
    else:
        if reason in (None, "longer_than_max_secs"):
            reason = "silent" if found.n_silent else "too_short"
        about["left_out"][name] = reason
        logging.warning("Left out: %s, %s", name, reason)
    if reason:
        report.skip(reason, name)


def _arrays(name: str, found: Clips, labels: Labels | None, n_notes: int) -> Arrays:
    arrays = {"waveform": found.waveform, "source": np.full(len(found.waveform), name)}
    if labels is not None:
        arrays["pitch"] = pitches(labels, name, found.first_note, n_notes)
    return arrays


def _arrange(
    arrays: dict[str, Arrays],
    n_test: dict[str, int],
    n_notes: int,
    about: dict[str, Any],
    report: Report,
) -> dict[str, Any]:
    """Join the files of each split, and describe what was done."""
    parts: dict[str, list[Arrays]] = {"train": [], "test": []}
    for name, values in arrays.items():
        border = len(values["waveform"]) - n_test[name]
        split = "train" if n_test[name] == 0 else "test" if border == 0 else "train, end for test"
        about["files"][name]["split"] = split
        if border > 0 and n_test[name]:
            # The tail of the last clip is the beginning of the first test clip.
            values["waveform"][border - 1, n_notes * NOTE_SAMPLES :] = 0
        parts["train"].append({key: value[:border] for key, value in values.items()})
        parts["test"].append({key: value[border:] for key, value in values.items()})
    joined = {
        split: {key: np.concatenate([part[key] for part in found]) for key in found[0]}
        for split, found in parts.items()
    }
    counts = report.as_dict()
    return {**joined, "report": {**about, **{k: counts[k] for k in ("skipped", "examples")}}}


def _check_numbers(
    n_notes: int,
    note_secs: float | None,
    start_secs: float,
    max_secs: float,
    test_fraction: float,
) -> None:
    if not 2 <= n_notes <= 1000:
        raise UserError(f"n_notes must be 2 to 1,000. Received: {n_notes}")
    if note_secs is not None and not 0.02 <= note_secs <= 60:
        raise UserError(f"note_secs must be 0.02 to 60 seconds, or None. Received: {note_secs}")
    if not 0 <= start_secs < math.inf:
        raise UserError(f"start_secs must be at least 0. Received: {start_secs}")
    if not 0 < max_secs <= MAX_FILE_SECS:
        raise UserError(
            f"max_secs must be above 0 and at most {MAX_FILE_SECS:g}. Received: {max_secs}"
        )
    if not 0 < test_fraction < 1:
        raise UserError(f"test_fraction must lie between 0 and 1. Received: {test_fraction}")
