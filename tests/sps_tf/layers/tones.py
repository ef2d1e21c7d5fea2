"""Spectra of harmonic tones."""

from collections.abc import Callable

import numpy as np

N_BINS = 513
HZ_PER_BIN = 16_000 / 1024


def tone(f0_hz: float, envelope: Callable = lambda f_hz: 1.0, loudness: float = 1.0) -> np.ndarray:
    """Return (1, bins, 5, 1): partials of a harmonic tone, two bins wide, over a faint floor."""
    bins = np.arange(N_BINS)
    f_hz = f0_hz * np.arange(1, int(7_500 / f0_hz) + 1)
    peaks = np.exp(-0.5 * ((bins[:, None] - f_hz / HZ_PER_BIN) / 1.0) ** 2)
    spectrum = loudness * (0.002 + peaks @ (0.3 * envelope(f_hz) * np.ones(len(f_hz))))
    return np.repeat(spectrum[None, :, None, None], 5, axis=2).astype("float32")
