"""How waveforms become the frames that a model reads: a front end, named by the config.

"stft" is that of SPS and its kin, "cqt" that of SPICE, "log_mel" that of GMVAE and TS-DSAE; ""
leaves frames as they are. "stft_power" is the power that the paper's text names, "stft_log2" what
the published code reads.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sps_tf.audio import cqt, mel, spectrogram
from sps_tf.errors import UserError, check_choice

# Of the published code: log2(1 + magnitude) / 12.5.
_LOG2_RANGE = 12.5
NEED_MAXIMUM = ("stft", "stft_power", "stft_log2", "log_mel")


def to_magnitudes(images: np.ndarray, front_end: str) -> np.ndarray:
    """Turn frames back into magnitudes, up to a factor.

    Args:
        images: frames that a front end makes, or a model decodes.
        front_end: "stft", "stft_power" or "stft_log2".

    Returns:
        The same shape, float32.
    """
    images = np.asarray(images, np.float32)
    if front_end == "stft_power":
        return np.sqrt(images)
    return np.exp2(_LOG2_RANGE * images) - 1 if front_end == "stft_log2" else images


def _known(max_magnitude: float | None) -> float:
    if max_magnitude is None:
        raise UserError(
            "The data set's metadata lack max_magnitude, which the project's builders of sound "
            "record. Received: none"
        )
    return max_magnitude


def _stft(waveform: np.ndarray, max_magnitude: float | None) -> np.ndarray:
    return spectrogram.note_images(waveform, _known(max_magnitude), "float16")


def _log_mel(waveform: np.ndarray, max_magnitude: float | None) -> np.ndarray:
    return mel.mel_images(waveform, _known(max_magnitude)).astype(np.float16)


def _cqt(waveform: np.ndarray, _max_magnitude: float | None) -> np.ndarray:
    return cqt.cqt_images(waveform).astype(np.float16)


def _stft_power(waveform: np.ndarray, max_magnitude: float | None) -> np.ndarray:
    images = spectrogram.note_images(waveform, _known(max_magnitude))
    return (images**2).astype(np.float16)


def _stft_log2(waveform: np.ndarray, max_magnitude: float | None) -> np.ndarray:
    maximum = _known(max_magnitude)
    magnitudes = maximum * spectrogram.note_images(waveform, maximum)
    return np.minimum(np.log2(1 + magnitudes) / _LOG2_RANGE, 1.0).astype(np.float16)


# float16 keeps large sets in memory.
FRONT_ENDS: dict[str, Callable[[np.ndarray, float | None], np.ndarray]] = {
    "stft": _stft,
    "stft_power": _stft_power,
    "stft_log2": _stft_log2,
    "cqt": _cqt,
    "log_mel": _log_mel,
}


def to_frames(
    values: dict[str, Any], front_end: str, max_magnitude: float | None
) -> dict[str, Any]:
    """Put frames in the place of waveforms, in an example or in many at once.

    Args:
        values: `waveform` int16 (..., samples) or, without a front end, `frames` uint8 (..., time,
            height, width, channels); and labels.
        front_end: a key of `FRONT_ENDS`, or "".
        max_magnitude: largest magnitude of the training split's spectrograms, for those of
            `NEED_MAXIMUM`.

    Returns:
        The labels as they are and `frames` (..., time, height, width, channels): those given, or
        float16 in [0, 1].

    Raises:
        UserError: if the front end is unknown, or what it needs is missing.
    """
    check_choice("config.front_end", front_end, ("", *FRONT_ENDS))
    wanted = "waveform" if front_end else "frames"
    if wanted not in values:
        raise UserError(f"The examples need a feature {wanted}. Received: {', '.join(values)}")
    if not front_end:
        return {**values, "frames": np.asarray(values["frames"])}  # TFDS gives a list of them
    labels = {name: value for name, value in values.items() if name != "waveform"}
    return {**labels, "frames": FRONT_ENDS[front_end](values["waveform"], max_magnitude)}
