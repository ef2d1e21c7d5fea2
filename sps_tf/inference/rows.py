"""Tables of what a model makes of frames: a row for each frame, a column for each latent."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sps_tf.inference.sound_model import EncodedSound, SoundModel
from sps_tf.inference.trained_model import TrainedModel

TIME = "time_secs"


def sound_rows(model: SoundModel, sound: EncodedSound) -> dict[str, np.ndarray]:
    """Return the columns `time_secs`, `level_db`, `midi`, `f0_hz` and the latents.

    Args:
        model: what made them; without a calibration the pitches are left out.
        sound: its rows.
    """
    pitch = {"midi": sound.midi, "f0_hz": sound.f0_hz} if model.info.get("calibration") else {}
    return {
        TIME: sound.time_secs,
        "level_db": sound.level_db,
        **pitch,
        **latent_columns(model, sound.z),
    }


def video_rows(
    model: TrainedModel, number: np.ndarray, z: np.ndarray, rate_hz: float | None
) -> dict[str, np.ndarray]:
    """Return the columns `frame`, `time_secs` where the rate is known, and the latents.

    Args:
        model: what made them.
        number: (n,) of the frames.
        z: (n, latent).
        rate_hz: frames a second, or None.
    """
    time = {TIME: number / rate_hz} if rate_hz else {}
    return {"frame": number, **time, **latent_columns(model, z)}


def sequence_rows(
    model: TrainedModel, z: np.ndarray, labels: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Return the columns `sequence`, `frame`, the latents, the pitch of sounds, and labels.

    Args:
        model: what made them.
        z: (n, time, latent).
        labels: for the name of each column (n, time).
    """
    n, n_times = z.shape[:2]
    pitch = {"midi": model.to_midi(z).ravel()} if model.info.get("calibration") else {}
    return {
        "sequence": np.repeat(np.arange(n), n_times),
        "frame": np.tile(np.arange(n_times), n),
        **pitch,
        **latent_columns(model, z.reshape(n * n_times, -1)),
        **{f"true_{name}": values.ravel() for name, values in labels.items()},
    }


def latent_columns(model: TrainedModel, z: np.ndarray) -> dict[str, np.ndarray]:
    """Return a column for each latent of (n, latent), by the latents' names."""
    return dict(zip(model.latent_names, z.T, strict=True))


def panels_of(model: TrainedModel, rows: Mapping[str, Any]) -> dict[str, str]:
    """Return which columns a plot shows, and what is written beside them: the pitch first."""
    pitch = {"midi": "pitch (MIDI)"} if "midi" in rows else {}
    style = {name: f"{name}\n(style)" for name in model.style_names}
    return {**pitch, **{name: name for name in model.content_names}, **style}
