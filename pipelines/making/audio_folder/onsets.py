"""How long the notes of a recording last, as far as their beginnings can be heard."""

import numpy as np

from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ

_MOST_SECS = 60.0
_HOP = 256
# Fewer beginnings say nothing of a length.
_FEWEST = 5
# Nobody plays notes faster; steady sound has such ripples.
_SHORTEST_SECS = 0.1
# Of full scale: what is quieter has no beginnings worth hearing.
_SILENT = 1e-3


def note_interval_secs(samples: np.ndarray) -> float | None:
    """Return the usual time from the beginning of a note to that of the next.

    Args:
        samples: int16 (samples,) at 16 kHz; the first minute is listened to.

    Returns:
        The median of the intervals between onsets that librosa hears, in seconds, to 16 ms; None
        where it hears fewer than five, or ten in a second, as in steady sound.
    """
    import librosa  # an extra, which whoever reads sound has

    sound = samples[: int(_MOST_SECS * SAMPLE_RATE_HZ)].astype(np.float32) / 32768
    if not len(sound) or np.abs(sound).max() < _SILENT:
        return None
    times = librosa.onset.onset_detect(y=sound, sr=SAMPLE_RATE_HZ, hop_length=_HOP, units="time")
    if len(times) < _FEWEST:
        return None
    usual_secs = float(np.median(np.diff(times)))
    return round(usual_secs, 3) if usual_secs >= _SHORTEST_SECS else None
