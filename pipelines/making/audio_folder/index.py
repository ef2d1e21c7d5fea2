"""From a folder of sounds to which clips there are, whatever their names, rates and formats."""

import logging
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from pipelines.making.audio_folder.clip_maker import ClipForm, Stretch
from pipelines.making.audio_folder.clips import Clips
from pipelines.making.audio_folder.files import find_sounds
from pipelines.making.audio_folder.labels import Labels, pitches, read_labels
from pipelines.making.audio_folder.onsets import note_interval_secs
from pipelines.making.audio_folder.split import choose_test
from pipelines.making.report import Report
from sps_tf.audio.sound_file import Sound
from sps_tf.audio.spectrogram import NOTE_SAMPLES, SAMPLE_RATE_HZ
from sps_tf.errors import UserError


class SoundIndex(NamedTuple):
    """Which clips a folder of sounds holds.

    Attributes:
        splits: "train" and "test" -> their clips.
        record: plain JSON values: `files` (name -> seconds, notes, clips, silent clips, clipped
            samples, usual seconds from note to note, split), `left_out` and `incomplete` (name ->
            reason), `skipped` (reason -> count), `examples` (reason -> names), `faults` (name ->
            what is wrong with a recording that is used all the same).
    """

    splits: dict[str, tuple[Stretch, ...]]
    record: dict[str, Any]


def index_sounds(
    root: Path, form: ClipForm, test_fraction: float = 0.25, seed: int = 0
) -> SoundIndex:
    """Look through a folder of sounds, and say which clips are to train and to test on.

    Whole files go to the test set, as many as fit into its share and at least one; where there is
    only one file, its end does. Damaged files are left out, or used up to the damage, and named.
    Silent clips are left out. Every file is decoded, as nothing else tells a damage or silence,
    but none is kept.

    Where the folder holds `labels.csv` with the columns file, note, pitch (the file's name
    relative to the folder, the note's number in it from 0, its MIDI pitch), every note that is
    used must have its line.

    Args:
        root: the folder.
        form: how a file becomes clips.
        test_fraction: share of the clips to test on, above 0 and below 1. Default 0.25.
        seed: seed of the order in which files become test. Default 0.

    Returns:
        The index; both splits have a clip.

    Raises:
        UserError: if the folder or a label is wrong, or nothing usable is inside.
    """
    report = Report()
    record: dict[str, Any] = {"files": {}, "left_out": {}, "incomplete": {}, "faults": {}}
    names = find_sounds(root, report)
    if report.skipped:
        logging.warning("Left out in %s: %s", root, report.summary())
    labels = read_labels(root, set(names))
    whole: dict[str, Stretch] = {}
    for name in tqdm(names, desc="Reading sounds", unit=" files", disable=None):
        sound, clips = form.read(root / name)
        _note(name, sound, clips, record, report)
        if len(clips.waveform):
            whole[name] = _stretch(name, clips, labels, form.n_notes)
    n_clips = {name: stretch.n_clips for name, stretch in whole.items()}
    if sum(n_clips.values()) < 2:
        clip_secs = form.n_notes * (form.note_secs or NOTE_SAMPLES / SAMPLE_RATE_HZ)
        raise UserError(
            f"At least two clips of {form.n_notes} notes ({clip_secs:.2g} s) are needed, one of "
            "them to test on; n_notes makes them shorter. "
            f"Received: {sum(n_clips.values())} from {root}. Skipped: {report.summary()}"
        )
    splits = _arrange(whole, choose_test(n_clips, test_fraction, seed), record)
    counts = report.as_dict()
    return SoundIndex(splits, {**record, **{k: counts[k] for k in ("skipped", "examples")}})


def _note(name: str, sound: Sound, clips: Clips, record: dict[str, Any], report: Report) -> None:
    """Write down what became of a file."""
    reason = sound.reason
    if len(clips.waveform):
        record["files"][name] = {
            "secs": round(len(sound.samples) / SAMPLE_RATE_HZ, 3),
            "notes": clips.n_notes,
            "clips": len(clips.waveform),
            "silent_clips": clips.n_silent,
            "clipped_samples": sound.n_clipped,
            "note_interval_secs": note_interval_secs(sound.samples),
        }
        if reason:
            record["incomplete"][name] = reason
            logging.warning("Used in part: %s, %s", name, reason)
        if sound.faults:
            record["faults"][name] = list(sound.faults)
            logging.warning("Used, but listen to it: %s, %s", name, " and ".join(sound.faults))
    else:
        if reason in (None, "longer_than_max_secs"):
            silent = "antiphase" if "antiphase" in sound.faults else "silent"
            reason = silent if clips.n_silent else "too_short"
        record["left_out"][name] = reason
        logging.warning("Left out: %s, %s", name, reason)
    if reason:
        report.skip(reason, name)


def _stretch(name: str, clips: Clips, labels: Labels | None, n_notes: int) -> Stretch:
    pitch = None if labels is None else pitches(labels, name, clips.first_note, n_notes)
    return Stretch(name, 0, len(clips.waveform), False, pitch)


def _arrange(
    whole: dict[str, Stretch], n_test: dict[str, int], record: dict[str, Any]
) -> dict[str, tuple[Stretch, ...]]:
    """Divide the files' clips among the splits, and write down where they went."""
    splits: dict[str, list[Stretch]] = {"train": [], "test": []}
    for name, (_, _, n_all, _, pitch) in whole.items():
        border = n_all - n_test[name]
        split = "train" if border == n_all else "test" if border == 0 else "train, end for test"
        record["files"][name]["split"] = split
        for part, first, stop in (("train", 0, border), ("test", border, n_all)):
            if first < stop:
                own = None if pitch is None else pitch[first:stop]
                splits[part].append(Stretch(name, first, stop - first, stop < n_all, own))
    return {name: tuple(stretches) for name, stretches in splits.items()}
