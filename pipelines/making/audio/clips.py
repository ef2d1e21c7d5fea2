"""What a clip of notes is before it sounds, and the example that it becomes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pipelines.making.audio.soundfonts import SoundFont
from pipelines.making.audio.synthesis import render_notes
from sps_tf.audio.spectrogram import NOTE_SAMPLES, SAMPLE_RATE_HZ, magnitudes


class Clip(NamedTuple):
    """Notes of equal length, played by one instrument.

    Attributes:
        key: the clip's name, unique in its split.
        pitches: MIDI note numbers, with fractions where the notes are bent.
        instrument: the instrument's name.
        program: its General MIDI program, 0 to 127.
    """

    key: str
    pitches: tuple[float, ...]
    instrument: str
    program: int


def make_example(clips: Sequence[Clip], soundfont: SoundFont, number: int) -> dict[str, Any]:
    """Let one of some clips sound.

    Args:
        clips: the clips.
        soundfont: the font that plays them, at a path that all workers can read.
        number: which clip, from 0.

    Returns:
        The example, see `to_example`.
    """
    clip = clips[number]
    return to_example(clip, render_notes(np.array(clip.pitches), clip.program, soundfont))


def measure(example: dict[str, Any]) -> dict[str, float]:
    """Measure what a data set is divided by.

    Args:
        example: an example.

    Returns:
        `max_magnitude`, the largest magnitude of its spectrogram.
    """
    return {"max_magnitude": magnitudes(example["waveform"]).max().item()}


def merge(left: dict[str, float], right: dict[str, float]) -> dict[str, float]:
    """Return the measure of two sets of examples."""
    return {name: max(left[name], right[name]) for name in left}


def to_example(clip: Clip, waveform: np.ndarray) -> dict[str, Any]:
    """Put a clip and its sound into one example.

    Args:
        clip: the clip.
        waveform: its sound, (samples,) int16.

    Returns:
        `waveform`, `pitch` float32 (notes,), `onset_secs` float32 (notes,), `instrument` and
        `program`.
    """
    n_notes = len(clip.pitches)
    return {
        "waveform": waveform,
        "pitch": np.array(clip.pitches, np.float32),
        "onset_secs": (np.arange(n_notes) * NOTE_SAMPLES / SAMPLE_RATE_HZ).astype(np.float32),
        "instrument": clip.instrument,
        "program": clip.program,
    }
