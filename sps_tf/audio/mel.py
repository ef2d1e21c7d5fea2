"""Log-mel pictures of notes, which GMVAE and TS-DSAE read (section A.4)."""

import functools

import numpy as np

from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ, WINDOW, note_images
from sps_tf.optional import require_module

N_MELS = 128
# Of the largest magnitude: what is fainter counts as silence.
_FLOOR = 1e-5


def mel_images(waveform: np.ndarray, max_magnitude: float) -> np.ndarray:
    """Cut the log-mel spectrogram of clips into one picture a note.

    Each band is the weighted mean of the magnitudes of its bins; their logarithm runs from 0, at
    1e-5 of the training set's largest magnitude, to 1.

    Args:
        waveform: see `spectrogram.note_images`.
        max_magnitude: see `spectrogram.note_images`.

    Returns:
        (..., notes, 128, 5, 1) float32 in [0, 1].

    Raises:
        UserError: see `spectrogram.note_images`.
    """
    images = note_images(waveform, max_magnitude)[..., 0]
    bands = np.einsum("mb,...bh->...mh", _filters(), images)
    levels = 1 - np.log10(np.clip(bands, _FLOOR, 1.0)) / np.log10(_FLOOR)
    return levels[..., None].astype(np.float32)


@functools.cache
def _filters() -> np.ndarray:
    """Return (mels, bins), rows that add up to 1."""
    librosa = require_module("librosa")
    filters = librosa.filters.mel(sr=SAMPLE_RATE_HZ, n_fft=WINDOW, n_mels=N_MELS)
    return filters / np.maximum(filters.sum(axis=1, keepdims=True), np.finfo("float32").tiny)
