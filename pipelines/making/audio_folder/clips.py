"""Cut the sound of one file into clips of notes."""

from typing import NamedTuple

import numpy as np

from sps_tf.audio.spectrogram import NOTE_SAMPLES, SAMPLE_RATE_HZ, clip_samples

# About -60 dB below full scale.
SILENT_PEAK = 32


class Clips(NamedTuple):
    """The clips of one file.

    Args:
        waveform: int16 (clip, samples).
        first_note: int64 (clip,), which of the file's notes is the first in each clip.
        n_notes: notes in the file, those beyond the last whole clip included.
        n_silent: clips left out, because nothing in them is louder than -60 dB.
    """

    waveform: np.ndarray
    first_note: np.ndarray
    n_notes: int
    n_silent: int


def cut_clips(sound: np.ndarray, n_notes: int, note_secs: float | None = None) -> Clips:
    """Cut a sound into notes, and put so many of them into each clip.

    Note k of the file begins at k times the length of a note, and its first 5 hops (2,560
    samples, 0.16 s) are taken; a note shorter than that is followed by zeros. Without
    `note_secs` notes are 5 hops long, so a clip is a stretch of the sound as it is. The last
    window of a clip reaches 512 samples beyond its last note; there the next note begins, as
    between the notes of a clip, or zeros where the sound ends.

    Args:
        sound: int16 (samples,) at 16 kHz, the first note beginning at once.
        n_notes: notes in a clip.
        note_secs: length of the sound's notes in seconds. Default: 5 hops.

    Returns:
        The clips, note i of each in the hops 5 i to 5 i + 4. Notes beyond the last whole clip
        are left out, and so are silent clips.
    """
    step = NOTE_SAMPLES if note_secs is None else note_secs * SAMPLE_RATE_HZ
    n_taken = min(NOTE_SAMPLES, round(step))
    n_found = max(0, int((len(sound) - n_taken) // step) + 1)
    n_clips = n_found // n_notes
    n_tail = clip_samples(n_notes) - n_notes * NOTE_SAMPLES
    waveform = np.zeros((n_clips, clip_samples(n_notes)), np.int16)
    for k in range(n_clips * n_notes + 1):
        start = round(k * step)
        note = sound[start : start + n_taken]
        clip, place = divmod(k, n_notes)
        if clip < n_clips:
            begin = place * NOTE_SAMPLES
            waveform[clip, begin : begin + len(note)] = note
        if place == 0 and clip > 0:
            tail = note[:n_tail]
            waveform[clip - 1, n_notes * NOTE_SAMPLES :][: len(tail)] = tail
    low, high = waveform.min(axis=1, initial=0), waveform.max(axis=1, initial=0)
    loud = (high > SILENT_PEAK) | (low < -SILENT_PEAK)
    first_note = np.arange(n_clips) * n_notes
    return Clips(waveform[loud], first_note[loud], n_found, int((~loud).sum()))
