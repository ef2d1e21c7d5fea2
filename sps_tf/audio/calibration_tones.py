"""Notes of known pitch that need no sound font, to calibrate a pitch estimator with."""

import numpy as np

from sps_tf.audio import spectrogram

PITCHES = tuple(range(60, 85))

_N_HARMONICS = 20
_SOUNDING_SAMPLES = 4 * spectrogram.HOP


def calibration_tones() -> tuple[np.ndarray, np.ndarray]:
    """Make harmonic tones from C4 to C6, a semitone apart, with amplitudes 1, 1/2, 1/3, ...

    Returns:
        Waveforms (notes, samples) float32 in [-1, 1] at 16 kHz, one note a clip, sounding four
        of its five hops like the notes of the data sets; and MIDI numbers (notes, 1).
    """
    pitch = np.array(PITCHES, np.float64)
    f0_hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
    time_secs = np.arange(_SOUNDING_SAMPLES) / spectrogram.SAMPLE_RATE_HZ
    waveform = np.zeros((len(pitch), spectrogram.clip_samples(1)), np.float32)
    for harmonic in range(1, _N_HARMONICS + 1):
        frequency_hz = harmonic * f0_hz
        partial = np.sin(2 * np.pi * frequency_hz[:, None] * time_secs) / harmonic
        below_half_rate = frequency_hz < spectrogram.SAMPLE_RATE_HZ / 2
        waveform[:, :_SOUNDING_SAMPLES] += 0.2 * partial * below_half_rate[:, None]
    return waveform, pitch[:, None].astype(np.float32)
