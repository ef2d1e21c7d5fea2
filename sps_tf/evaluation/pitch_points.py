"""The points of Figure 3, gathered from a model."""

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf.data import Arrays
from sps_tf.evaluation.synthesis import PITCH_LATENT, decode_notes, hear, pitch_codes
from sps_tf.metrics.pitch import ALL_INSTRUMENTS, PitchPoints

_UNNAMED = "unnamed"


def collect_pitch_points(
    model: keras.Model,
    z: np.ndarray,
    arrays: Arrays,
    settings: ConfigDict,
    audible: bool,
    front_end: str = "stft",
) -> PitchPoints:
    """Gather what the scores and pictures of pitch are made from.

    Args:
        model: its first content latent is the learned factor.
        z: (clips, notes, latent), the encoder's means.
        arrays: the split: pitches (clips, notes, 1) under `settings.label`, unless that is empty,
            and `instrument` (clips,) where it is known.
        settings: `config.evaluation`.
        audible: whether what the model decodes can be made sound; else there is no traversal.
        front_end: what the model's frames are. Default "stft".

    Returns:
        The points. With several instruments and a model that has latents of style, each
        instrument has a traversal of `n_points_per_instrument` steps of its own: over the
        factor's range on all notes, as in the published code, with the mean style of its clips.
    """
    instrument = instrument_names(arrays)
    traversal = _traverse(model, z, instrument, settings, front_end) if audible else _NO_TRAVERSAL
    label = settings.label
    return PitchPoints(
        z[..., PITCH_LATENT],
        arrays[label][..., 0] if label else np.zeros((0, 0), np.float32),
        instrument,
        *traversal,
    )


def instrument_names(arrays: Arrays) -> np.ndarray:
    """Return names as text, one a clip; data that name no instruments have one.

    Args:
        arrays: the split: `frames` and, where it is known, `instrument` (clips,).
    """
    if "instrument" not in arrays:
        return np.full(len(arrays["frames"]), _UNNAMED)
    names = arrays["instrument"]
    names = [name.decode() if isinstance(name, bytes) else str(name) for name in names]
    return np.array([name or _UNNAMED for name in names])


_NO_TRAVERSAL = (np.zeros(0, np.float32), np.zeros(0), np.array([], str))


def _traverse(
    model: keras.Model,
    z: np.ndarray,
    instrument: np.ndarray,
    settings: ConfigDict,
    front_end: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the factor's values, the pitches heard, and whose style was decoded."""
    n_points = settings.synthesis.n_points_per_instrument
    codes = {ALL_INSTRUMENTS: pitch_codes(z, settings.synthesis.n_points)}
    names = np.unique(instrument).tolist()
    # Without a style the decoder knows of no instruments.
    if len(names) > 1 and model.layout.style and n_points:
        style = model.layout.indices(model.layout.style)
        for name in names:
            codes[name] = pitch_codes(z, n_points)
            codes[name][:, style] = z[instrument == name][..., style].mean(axis=(0, 1))
    whose = np.concatenate([[name] * len(rows) for name, rows in codes.items()])
    all_codes = np.concatenate(list(codes.values()))
    notes = decode_notes(model, all_codes, settings.batch_size)
    return all_codes[:, PITCH_LATENT], hear(notes, settings.synthesis, front_end), whose
