"""Sound files made in the tests."""

import io

import numpy as np
import soundfile

from pipelines.making.audio_folder.clip_maker import ClipForm, ClipMaker
from pipelines.making.audio_folder.index import index_sounds

KINDS = {
    ".wav": "WAV",
    ".flac": "FLAC",
    ".ogg": "OGG",
    ".opus": "OGG",
    ".mp3": "MP3",
    ".aif": "AIFF",
}


def sine(f0_hz, secs, rate_hz=16_000, peak=0.5):
    """Return float64 (samples,)."""
    return peak * np.sin(2 * np.pi * f0_hz * np.arange(round(secs * rate_hz)) / rate_hz)


def encoded(samples, rate_hz=16_000, suffix=".wav", subtype=None, kind=None):
    """Return the content of a sound file."""
    if suffix == ".opus":
        subtype = "OPUS"
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format=kind or KINDS[suffix], subtype=subtype)
    return file.getvalue()


def write(path, samples, rate_hz=16_000, subtype=None, kind=None):
    """Write a sound file of the kind that its suffix names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(samples, rate_hz, path.suffix.lower(), subtype, kind))
    return path


def peak_hz(samples, rate_hz=16_000):
    """Return the loudest frequency, to a fraction of a hertz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 16 * len(samples)))
    return spectrum.argmax() * rate_hz / (16 * len(samples))


def load(folder, test_fraction=0.25, seed=0, **form):
    """Return the record, and for both splits the arrays of all examples, without a data set."""
    form = ClipForm(**form)
    index = index_sounds(folder, form, test_fraction, seed)
    loaded = {"record": index.record}
    for split, stretches in index.splits.items():
        maker = ClipMaker(folder, form, stretches)
        examples = [maker(number) for number in range(len(maker))]
        loaded[split] = {key: np.array([e[key] for e in examples]) for key in examples[0]}
    return loaded
