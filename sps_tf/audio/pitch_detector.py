"""The pitch of a sound, detected by YIN (De Cheveigné and Kawahara 2002)."""

import numpy as np
from scipy.signal import resample_poly

from sps_tf.audio.spectrogram import HOP, SAMPLE_RATE_HZ
from sps_tf.optional import require_module

_FRAME_SAMPLES = 2048


def detect_pitch(
    sound: np.ndarray,
    f0_min_hz: float,
    f0_max_hz: float,
    yin_threshold: float = 0.1,
    oversampling: int = 4,
) -> np.ndarray:
    """Detect one pitch in each sound: the median over frames of 128 ms.

    YIN compares a sound with itself moved by whole samples, and takes the first shift at which
    they agree. At 2,093 Hz (MIDI 96) a period is 7.6 samples of 16 kHz: 8 do not agree well
    enough, 15 do, and the note is heard an octave too low. Hence the oversampling, which uses no
    knowledge of the pitch.

    Args:
        sound: (..., samples) at 16 kHz; shorter than a frame, it is completed by silence.
        f0_min_hz: lowest pitch that can be found.
        f0_max_hz: highest pitch that can be found.
        yin_threshold: YIN's, how well the shifted sound must agree. Default 0.1.
        oversampling: samples put in the place of one, 1 for none. Default 4.

    Returns:
        (...) float64, MIDI numbers with fractions; NaN where there is silence.
    """
    librosa = require_module("librosa")
    sound = np.asarray(sound, np.float32)
    missing = max(0, _FRAME_SAMPLES - sound.shape[-1])
    fine = np.pad(sound, [*[(0, 0)] * (sound.ndim - 1), (0, missing)])
    fine = resample_poly(fine, oversampling, 1, axis=-1) if oversampling > 1 else fine
    f0_hz = librosa.yin(
        fine,
        trough_threshold=yin_threshold,
        center=False,
        **_search(f0_min_hz, f0_max_hz, oversampling),
    )
    midi = librosa.hz_to_midi(np.median(f0_hz, axis=-1))
    return np.where(np.any(sound != 0, axis=-1), midi, np.nan)


def track_pitch(
    sound: np.ndarray, f0_min_hz: float = 65.0, f0_max_hz: float = 2500.0, oversampling: int = 2
) -> np.ndarray:
    """Follow the pitch of a sound by pYIN (Mauch and Dixon 2014), librosa's.

    Args:
        sound: (samples,) at 16 kHz.
        f0_min_hz: lowest pitch that can be found. Default 65, C2.
        f0_max_hz: highest pitch that can be found. Default 2500.
        oversampling: samples put in the place of one, see `detect_pitch`. Default 2.

    Returns:
        (1 + samples // 512,) float64, MIDI numbers with fractions, one every 32 ms from the first
        sample on; NaN where no pitch is heard.
    """
    librosa = require_module("librosa")
    sound = np.asarray(sound, np.float32)
    fine = resample_poly(sound, oversampling, 1) if oversampling > 1 else sound
    f0_hz, _, _ = librosa.pyin(fine, **_search(f0_min_hz, f0_max_hz, oversampling))
    return librosa.hz_to_midi(f0_hz)


def _search(f0_min_hz: float, f0_max_hz: float, oversampling: int) -> dict[str, float]:
    """Return where librosa seeks the pitch: the same frames and hops whatever the oversampling."""
    return {
        "fmin": f0_min_hz,
        "fmax": f0_max_hz,
        "sr": SAMPLE_RATE_HZ * oversampling,
        "frame_length": _FRAME_SAMPLES * oversampling,
        "hop_length": HOP * oversampling,
    }
