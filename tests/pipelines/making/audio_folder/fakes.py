"""Sound files made in the tests."""

import io

import numpy as np
import pytest
import soundfile

mp3 = pytest.param(
    ".mp3",
    "MPEG_LAYER_III",
    marks=pytest.mark.skipif(
        "MP3" not in soundfile.available_formats(), reason="libsndfile writes no MP3"
    ),
)


def sine(f0_hz, secs, rate_hz=16_000, peak=0.5):
    """Return float64 (samples,)."""
    return peak * np.sin(2 * np.pi * f0_hz * np.arange(round(secs * rate_hz)) / rate_hz)


def encoded(samples, rate_hz=16_000, suffix=".wav", subtype=None):
    """Return the content of a sound file."""
    kind = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG", ".mp3": "MP3"}[suffix]
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


def write(path, samples, rate_hz=16_000, subtype=None):
    """Write a sound file of the kind that its suffix names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(samples, rate_hz, path.suffix.lower(), subtype))
    return path


def peak_hz(samples, rate_hz=16_000):
    """Return the loudest frequency, to a fraction of a hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 16 * len(samples)))
    return spectrum.argmax() * rate_hz / (16 * len(samples))
