"""One example as training reads it."""

from typing import Any

import numpy as np

from sps_tf.audio.cqt import cqt_images
from sps_tf.audio.spectrogram import note_images
from sps_tf.errors import UserError

# How sound becomes frames: "stft" for SPS and its kin, "cqt" for SPICE; "" leaves frames alone.
FRONT_ENDS = ("", "stft", "cqt")


def transform_example(
    example: dict[str, Any], front_end: str, max_magnitude: float | None
) -> dict[str, Any]:
    """Turn a stored example into one whose `frames` need no more work.

    Args:
        example: a decoded example: `frames` uint8 (time, height, width, channels), or
            `waveform` int16 (samples,); and labels.
        front_end: one of `FRONT_ENDS`.
        max_magnitude: largest magnitude of the training split's spectrograms, for "stft".

    Returns:
        The labels as they are and `frames`: uint8, or float16 in [0, 1] for sound.

    Raises:
        UserError: if the example holds neither frames nor, with a front end, sound.
    """
    wanted = "waveform" if front_end else "frames"
    if wanted not in example:
        raise UserError(f"The examples need a feature {wanted}. Received: {', '.join(example)}")
    if not front_end:
        return {**example, "frames": np.asarray(example["frames"])}  # TFDS gives a list of them
    labels = {name: value for name, value in example.items() if name != "waveform"}
    return {**labels, "frames": _to_frames(example["waveform"], front_end, max_magnitude)}


def _to_frames(waveform: np.ndarray, front_end: str, max_magnitude: float | None) -> np.ndarray:
    if front_end == "cqt":
        return cqt_images(waveform).astype(np.float16)
    return note_images(waveform, max_magnitude, "float16")
