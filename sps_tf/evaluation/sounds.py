"""The sounds of a run, for TensorBoard and the run's folder."""

import io
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sps_tf import figures, files, metrics
from sps_tf.audio import spectrogram
from sps_tf.evaluation.outputs import (
    decodes_frames,
    encode_split,
    is_audio,
    predict,
    to_numpy,
    to_unit,
    with_style,
)
from sps_tf.evaluation.synthesis import decode_notes, sustain

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

_N_STEPS = 13
_NOTES_A_STEP = 2  # 0.32 s
_INT16_MOST = 32767


def make_sounds(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Make a traversal of each latent sound, and a test clip with what the model makes of it.

    The true clip goes through Griffin and Lim's method as the others do, so that the difference
    one hears is the model's.

    Args:
        model: As for `evaluate`.
        arrays: As for `evaluate`; the first clip is taken.
        config: The run's config.
        z: As for `evaluate`.

    Returns:
        (samples,) float32 at 16 kHz, in [-1, 1], by name: `traversal_<latent>`, 13 notes of
        0.32 s from -2 to +2 standard deviations; `clip_truth`, `clip_self` and, of a model with a
        prior, `clip_prior`, whose first note is the true one. Nothing for video, and for a model
        that decodes no spectrograms.
    """
    if not (is_audio(config) and decodes_frames(model)):
        return {}
    z = encode_split(model, arrays["frames"], config) if z is None else z
    clips = {}
    for name, codes in zip(
        model.layout.names, figures.traversal_codes(*metrics.moments(z), _N_STEPS), strict=True
    ):
        held = sustain(decode_notes(model, codes, config), _NOTES_A_STEP)
        clips[f"traversal_{name}"] = held.reshape(-1, *held.shape[2:])
    truth = to_unit(arrays["frames"][:1])
    clips["clip_truth"] = truth[0]
    clips["clip_self"] = to_numpy(model.decode(z[:1]))[0]
    z_prior, _ = predict(model, z[:1], config)
    if z_prior is not None:
        predicted = to_numpy(model.decode(with_style(model, z_prior, z[:1])))[0]
        clips["clip_prior"] = np.concatenate([truth[0, :1], predicted])
    n_iterations = config.evaluation.synthesis.griffin_lim_iterations
    return {name: spectrogram.to_waveform(notes, n_iterations) for name, notes in clips.items()}


def save_sounds(sounds: dict[str, np.ndarray], folder: Path) -> None:
    """Write sounds as WAV files of 16 bits, named after their keys.

    Args:
        sounds: (samples,) in [-1, 1] at 16 kHz, by name; a `/` in a name becomes `_`.
        folder: Made where it is missing; without sounds nothing is made.
    """
    if sounds:
        folder.mkdir(exist_ok=True)
    for name, sound in sounds.items():
        files.write_bytes(folder / f"{name.replace('/', '_')}.wav", to_wav(sound))


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
        file.setframerate(spectrogram.SAMPLE_RATE_HZ)
        file.writeframes(np.round(np.clip(sound, -1, 1) * _INT16_MOST).astype("<i2").tobytes())
    return content.getvalue()
