"""Sound as the content of a WAV file."""

import io
import wave

import numpy as np

from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ

_INT16_MOST = 32767


def to_wav(sound: np.ndarray) -> bytes:
    """Return the content of a mono WAV file of 16 bits at 16 kHz.

    Args:
        sound: (samples,) in [-1, 1]; what lies outside is clipped.

    Returns:
        The file's bytes.
    """
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.round(np.clip(sound, -1, 1) * _INT16_MOST).astype("<i2").tobytes())
    return content.getvalue()
