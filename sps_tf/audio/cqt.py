"""The constant-Q front end of the SPICE baseline (section 4.1.2; Gfeller et al. 2020).

Neighbouring bins stand in a fixed ratio of frequencies, so that a change of pitch moves the
whole spectrum by a number of bins. The numbers below follow from MIDI pitches 36 to 108, which
all data sets keep to, and from half the sample rate, 8 kHz:

- 24 bins an octave, as in the SPICE paper: half a semitone, so that shifts by whole bins also
  show the network pitches between the keys.
- From MIDI 26 (37 Hz) to 117.5 (7,246 Hz), whose pass band still ends below 8 kHz: 184 bins. All
  fundamentals stay inside when spectra are moved by up to 18 bins (9 semitones) either way.

Filters of half the full length (`filter_scale` 0.5) keep the time resolution near a hop for
most pitches, and their wider peaks overlap, so that pitches between two bins can be told apart.

A note is transformed alone: samples of its neighbours never enter, as the long low filters would
otherwise let them. Each note is divided by its own loudest value, so that loudness plays no part
and no statistic of any data set is needed, and 40 dB below it is 0: what is weaker (the noise of an
attack, the skirts of the filters) tells one instrument from another rather than its pitch.
"""

import functools

import numpy as np

from sps_tf.audio import spectrogram
from sps_tf.optional import require_module

BINS_PER_OCTAVE = 24
LOWEST_PITCH = 26.0
N_BINS = 184
FILTER_SCALE = 0.5
DYNAMIC_RANGE_DB = 40.0

# Below this level, that of the last bit of 16, a note is silence rather than something to amplify.
_SILENCE = 2.0**-15
_MOST_NOTES_AT_ONCE = 2_048


def cqt_images(waveform: np.ndarray) -> np.ndarray:
    """Cut clips into one constant-Q picture a note.

    Args:
        waveform: (..., samples) at 16 kHz, int16 or float in [-1, 1]; a note is every 2,560
            samples, as for `spectrogram.note_images`.

    Returns:
        (..., notes, 184, 5, 1) float32 in [0, 1]: bins from low to high, hops, one channel. A
        note's loudest value is 1 and what lies 40 dB or more below it is 0; silence is 0.

    Raises:
        UserError: if the sound is shorter than a note, or of another type.
    """
    n_notes = spectrogram.count_notes(waveform.shape[-1])
    n_samples = n_notes * spectrogram.NOTE_SAMPLES
    clips = waveform.reshape(-1, waveform.shape[-1])
    images = np.empty((len(clips), n_notes, N_BINS, spectrogram.HOPS_PER_NOTE, 1), np.float32)
    n_at_once = max(1, _MOST_NOTES_AT_ONCE // n_notes)
    for start in range(0, len(clips), n_at_once):
        samples = spectrogram.to_float(clips[start : start + n_at_once])[:, :n_samples]
        notes = samples.reshape(-1, spectrogram.NOTE_SAMPLES)
        part = _normalise(magnitudes(notes))
        images[start : start + n_at_once, ..., 0] = part.reshape(-1, *images.shape[1:-1])
    return images.reshape(*waveform.shape[:-1], *images.shape[1:])


def magnitudes(notes: np.ndarray) -> np.ndarray:
    """Return the magnitude of the constant-Q transform of notes.

    The five hops are those of a note's STFT windows: the middles of the filters are 512, 1,024,
    ... samples after the note's beginning. Filters reaching beyond the note see nothing there.

    Args:
        notes: (n, 2560) float in [-1, 1] at 16 kHz.

    Returns:
        (n, 184, 5) float32: bins from low to high, hops. A sine of amplitude 1 gives about 1.
    """
    real, imaginary = _basis()
    shape = (len(notes), spectrogram.HOPS_PER_NOTE, N_BINS)
    magnitude = 2.0 * np.hypot(notes @ real, notes @ imaginary).reshape(shape)
    return np.swapaxes(magnitude, 1, 2)


@functools.cache
def _basis() -> tuple[np.ndarray, np.ndarray]:
    """Return the filters of all hops, real and imaginary part: (2560, 5 * 184) float32 each."""
    librosa = require_module("librosa")
    filters, _ = librosa.filters.wavelet(
        freqs=librosa.cqt_frequencies(
            N_BINS, fmin=librosa.midi_to_hz(LOWEST_PITCH), bins_per_octave=BINS_PER_OCTAVE
        ),
        sr=spectrogram.SAMPLE_RATE_HZ,
        filter_scale=FILTER_SCALE,
    )
    length = filters.shape[1]
    shape = (spectrogram.NOTE_SAMPLES, spectrogram.HOPS_PER_NOTE, N_BINS)
    basis = np.zeros(shape, np.complex64)
    for hop in range(spectrogram.HOPS_PER_NOTE):
        first = (hop + 1) * spectrogram.HOP - length // 2
        begin, end = max(first, 0), min(first + length, spectrogram.NOTE_SAMPLES)
        basis[begin:end, hop] = filters[:, begin - first : end - first].T
    basis = basis.reshape(spectrogram.NOTE_SAMPLES, -1)
    return np.ascontiguousarray(basis.real), np.ascontiguousarray(basis.imag)


def _normalise(magnitude: np.ndarray) -> np.ndarray:
    """Turn (n, bins, hops) into decibels below each note's maximum, scaled to [0, 1]."""
    loudest = magnitude.max(axis=(1, 2), keepdims=True)
    ratio = magnitude / np.maximum(loudest, _SILENCE)
    decibels = 20.0 * np.log10(np.maximum(ratio, 1e-6))
    return np.clip(1.0 + decibels / DYNAMIC_RANGE_DB, 0.0, 1.0)
