import io
import wave

import numpy as np

from sps_tf.audio.wav import to_wav


def test_wav_clips_what_is_too_loud():
    with wave.open(io.BytesIO(to_wav(np.array([0.0, 0.5, 2.0, -2.0])))) as file:
        samples = np.frombuffer(file.readframes(4), "<i2")
    assert samples.tolist() == [0, 16384, 32767, -32767]
