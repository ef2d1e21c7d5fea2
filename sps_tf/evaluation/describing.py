"""What a trained model's file tells its user: see `sps_tf.runs.model_info`."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from ml_collections import ConfigDict

from sps_tf.audio.pitch_line import fit_pitch_line
from sps_tf.evaluation.outputs import encode
from sps_tf.evaluation.synthesis import hear
from sps_tf.models import SequenceModel
from sps_tf.runs.model_info import add_statistics, make_info

_MOST_SEQUENCES = 256
_NOTES_HEARD = 100


def describe_trained(
    model: SequenceModel,
    train_arrays: Mapping[str, np.ndarray],
    config: ConfigDict,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Describe a trained model: its data, its front end, the spread of its latents, its pitch.

    The line from the learned pitch to MIDI numbers is fitted on training notes. Where nobody has
    told their pitches YIN hears them, each alone. Labels have no other part in an SPS model.

    Args:
        model: the model.
        train_arrays: the training split: `frames`, and pitches under `config.evaluation.label`
            unless that is empty.
        config: the run's config.
        about: what is known of the data, with the `calibration` of a SPICE model.

    Returns:
        The description; `model.info` takes it.
    """
    frames = train_arrays["frames"]
    chosen = np.unique(np.linspace(0, len(frames) - 1, _MOST_SEQUENCES).round().astype(int))
    z = encode(model, frames[chosen], config.evaluation.batch_size)
    info = add_statistics(make_info(config, about), z)
    if not config.front_end:
        return info
    if "calibration" in about:
        line = {"latent": model.layout.names[0], **about["calibration"]}
        return info if "failed" in line else {**info, "calibration": line}
    midi, notes = _known_pitches(train_arrays, chosen, config)
    return info | _calibration(model, z, midi, notes)


def _known_pitches(
    train_arrays: Mapping[str, np.ndarray], chosen: np.ndarray, config: ConfigDict
) -> tuple[np.ndarray, str]:
    """Return MIDI (clips, notes) of the chosen clips, NaN where unknown, and who told them."""
    if config.evaluation.label:
        return train_arrays[config.evaluation.label][chosen, ..., 0], "training notes"
    frames = train_arrays["frames"][chosen]
    midi = np.full(frames.shape[:2], np.nan)
    if config.front_end != "stft":
        return midi, ""
    sounding = np.argwhere(frames.max(axis=(2, 3, 4)) > 0)
    some = np.linspace(0, len(sounding) - 1, min(len(sounding), _NOTES_HEARD)).round().astype(int)
    places = tuple(sounding[some].T)
    midi[places] = hear(frames[places].astype(np.float32), config.evaluation.synthesis)
    return midi, "training notes as YIN hears them"


def _calibration(
    model: SequenceModel, z: np.ndarray, midi: np.ndarray, notes: str
) -> dict[str, Any]:
    """Return the line of the content latent that follows the pitch best, under `calibration`."""
    names = model.layout.content
    best = _most_alike(z[..., : len(names)], midi)
    line = fit_pitch_line(z[..., best], midi)
    if line is None:
        return {}
    return {"calibration": {"latent": names[best], "notes": notes, **line._asdict()}}


def _most_alike(z: np.ndarray, midi: np.ndarray) -> int:
    """Return the latent whose correlation with the pitch is the strongest."""
    z, midi = z.reshape(-1, z.shape[-1]), midi.ravel()
    known = np.isfinite(midi)
    if known.sum() < 2:
        return 0
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = np.corrcoef(z[known].T, midi[known])[-1, :-1]
    return int(np.argmax(np.nan_to_num(np.abs(correlation))))
