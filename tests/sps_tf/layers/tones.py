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


def tunes(low: int, high: int, reach_hz: float, n: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Return (n, 8, bins, 2, 1) of tones within a range, and their MIDI pitches (n, 8)."""
    rng = np.random.default_rng(low)
    steps = np.cumsum(rng.integers(-3, 4, (n, 8)), axis=1)
    pitches = np.clip(rng.integers(low, high, (n, 1)) + steps, low, high)
    hz = 440 * 2 ** ((pitches - 69) / 12)
    spectra = [tone(f0_hz, lambda f_hz: np.exp(-f_hz / reach_hz))[0, :, :2] for f0_hz in hz.flat]
    return np.reshape(spectra, (n, 8, *spectra[0].shape)), pitches
