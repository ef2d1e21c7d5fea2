"""From sound to the pictures of notes that the audio models read, and back (section 4.1.1).

The paper names a power spectrogram with its energy scaled to [0, 1]. Its level of
self-reconstruction (about 0.029) is that of the magnitude over its maximum, and weak notes are
lost in the power: this is the magnitude, whose square `paper` reads (the front end "stft_power").
The maximum is that of the training set, stored with the data, so that test data never set their
own scale.
"""

import numpy as np

from sps_tf.errors import UserError
from sps_tf.optional import require_module

SAMPLE_RATE_HZ = 16_000
WINDOW = 1024
HOP = 512
HOPS_PER_NOTE = 5
N_BINS = WINDOW // 2 + 1
NOTE_SAMPLES = HOPS_PER_NOTE * HOP

_INT16_SCALE = 32768.0
_MOST_SAMPLES_AT_ONCE = 4_000_000


def clip_samples(n_notes: int) -> int:
    """Return the length of a clip whose STFT has exactly the hops of its notes.

    Args:
        n_notes: notes in the clip, at least 1.

    Returns:
        Samples: the last window reaches beyond the last note's hops.
    """
    return WINDOW + (HOPS_PER_NOTE * n_notes - 1) * HOP


def count_notes(n_samples: int) -> int:
    """Return the number of whole notes in a clip, the inverse of `clip_samples`.

    Args:
        n_samples: length of the clip; what remains after the last whole note does not count.

    Returns:
        Notes.

    Raises:
        UserError: if the clip is shorter than a note.
    """
    if n_samples < clip_samples(1):
        raise UserError(
            f"A note needs {clip_samples(1)} samples at {SAMPLE_RATE_HZ} Hz. Received: {n_samples}"
        )
    return ((n_samples - WINDOW) // HOP + 1) // HOPS_PER_NOTE


def magnitudes(waveform: np.ndarray) -> np.ndarray:
    """Return the magnitude of the STFT: Hann window 1024, hop 512, no padding.

    TensorFlow I/O computes it in TensorFlow. It pads the end of the sound with zeros; the hops that
    reach into them are cut off.

    Args:
        waveform: (..., samples) at 16 kHz, int16 or float in [-1, 1].

    Returns:
        (..., hops, 513) float32, from 0 Hz to 8 kHz.

    Raises:
        UserError: if the sound is shorter than one window, or of another type.
    """
    samples = to_float(waveform)
    tfio = require_module("tensorflow_io")
    import tensorflow as tf  # not where Keras has another backend

    with tf.device("CPU"):  # the same numbers with and without an accelerator
        spectrum = tfio.audio.spectrogram(samples, nfft=WINDOW, window=WINDOW, stride=HOP)
    return spectrum[..., : (samples.shape[-1] - WINDOW) // HOP + 1, :].numpy()


def note_images(waveform: np.ndarray, max_magnitude: float, dtype: str = "float32") -> np.ndarray:
    """Cut the spectrogram of clips into one picture a note.

    Args:
        waveform: (..., samples) at 16 kHz, int16 or float in [-1, 1]; hops after the last whole
            note are left out.
        max_magnitude: the largest magnitude of the training set, above 0.
        dtype: type of the pictures. Default float32; float16 keeps a large set small.

    Returns:
        (..., notes, 513, 5, 1) in [0, 1]: bins from low to high, hops, one channel. What is
        louder than the training set is clipped at 1.

    Raises:
        UserError: if the sound is shorter than a note, or the maximum is not above 0.
    """
    if not max_magnitude > 0:
        raise UserError(
            "max_magnitude must be above 0: it is that of the training set. "
            f"Received: {max_magnitude}"
        )
    n_notes = count_notes(waveform.shape[-1])
    flat = waveform.reshape(-1, waveform.shape[-1])
    images = np.empty((len(flat), n_notes, N_BINS, HOPS_PER_NOTE, 1), dtype)
    n_at_once = max(1, _MOST_SAMPLES_AT_ONCE // waveform.shape[-1])
    for start in range(0, len(flat), n_at_once):
        part = magnitudes(flat[start : start + n_at_once])[:, : n_notes * HOPS_PER_NOTE]
        notes = part.reshape(len(part), n_notes, HOPS_PER_NOTE, N_BINS).swapaxes(-1, -2)
        images[start : start + n_at_once, ..., 0] = np.minimum(notes / max_magnitude, 1.0)
    return images.reshape(*waveform.shape[:-1], *images.shape[1:])


def to_waveform(images: np.ndarray, n_iterations: int = 64, seed: int = 0) -> np.ndarray:
    """Make the sound of note pictures, phases found by Griffin and Lim's method.

    Args:
        images: (..., notes, 513, 5, 1) in [0, 1], any scale: each clip becomes as loud as can be.
        n_iterations: rounds of the search for phases. Default 64.
        seed: of the phases it starts from. Default 0.

    Returns:
        (..., samples) float32 at 16 kHz with a peak of 1; silence stays silent. The length is
        that of `clip_samples(notes)`.
    """
    librosa = require_module("librosa")
    hops = np.moveaxis(images[..., 0], -1, -2).astype(np.float32)
    spectrum = np.swapaxes(hops.reshape(*hops.shape[:-3], -1, N_BINS), -1, -2)
    sound = librosa.griffinlim(
        spectrum,
        n_iter=n_iterations,
        hop_length=HOP,
        n_fft=WINDOW,
        window="hann",
        # Windows centred on the first and last sample: at the ends of a sound, where one window
        # alone reaches and is nearly 0, dividing by it would give clicks louder than all else.
        center=True,
        random_state=seed,
    )
    sound = np.pad(sound, [*[(0, 0)] * (sound.ndim - 1), (WINDOW // 2, WINDOW // 2)])
    peak = np.abs(sound).max(axis=-1, keepdims=True)
    return (sound / np.where(peak > 0, peak, 1)).astype(np.float32)


def to_float(waveform: np.ndarray) -> np.ndarray:
    """Return samples as float32 in [-1, 1].

    Args:
        waveform: (..., samples), int16 or float in [-1, 1].

    Returns:
        The same shape.

    Raises:
        UserError: if the sound is shorter than one window, or of another type.
    """
    if waveform.shape[-1] < WINDOW:
        raise UserError(
            f"A sound needs at least one window of {WINDOW} samples. Received: {waveform.shape[-1]}"
        )
    if waveform.dtype == np.int16:
        return waveform.astype(np.float32) / _INT16_SCALE
    if not np.issubdtype(waveform.dtype, np.floating):
        raise UserError(
            f"Sound must be int16, or floats in [-1, 1]. Received dtype: {waveform.dtype}"
        )
    return waveform.astype(np.float32)
