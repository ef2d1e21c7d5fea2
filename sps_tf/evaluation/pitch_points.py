"""The points of Figure 3 of a run: gathered from its model, kept in its folder."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sps_tf import files
from sps_tf.evaluation.outputs import decodes_frames
from sps_tf.evaluation.synthesis import PITCH_LATENT, decode_notes, hear, pitch_codes
from sps_tf.metrics.pitch import ALL_INSTRUMENTS, PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

POINTS_FILE = "pitch_points.npz"
_UNNAMED = "unnamed"


def collect_pitch_points(
    model: "keras.Model", arrays: dict[str, np.ndarray], config: "ConfigDict", z: np.ndarray
) -> PitchPoints:
    """Gather what the scores and pictures of pitch are made from.

    Args:
        model: Its first content latent is the learned factor.
        arrays: The test split: pitches (clips, notes, 1) under `config.evaluation.label`, unless
            that is empty, and `instrument` (clips,) where it is known.
        config: `evaluation` is read.
        z: (clips, notes, latent), what `encode_split` returned.

    Returns:
        The points. With several instruments and a model that has latents of style, each
        instrument has a traversal of `n_points_per_instrument` steps of its own: over the
        factor's range on its notes, with the mean style of its clips.
    """
    label = config.evaluation.label
    instrument = _names(arrays.get("instrument"), len(z))
    traversal_z, detected_midi, whose = _traverse(model, z, instrument, config)
    return PitchPoints(
        z=z[..., PITCH_LATENT],
        pitch=arrays[label][..., 0] if label else np.zeros((0, 0), np.float32),
        instrument=instrument,
        traversal_z=traversal_z,
        detected_midi=detected_midi,
        traversal_instrument=whose,
    )


def save_points(points: PitchPoints, folder: Path) -> None:
    """Write `pitch_points.npz`: one array a field of `PitchPoints`."""
    content = io.BytesIO()
    np.savez(content, **points._asdict())
    files.write_bytes(folder / POINTS_FILE, content.getvalue())


def _traverse(
    model: "keras.Model", z: np.ndarray, instrument: np.ndarray, config: "ConfigDict"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the factor's values, the pitches heard, and whose style was decoded."""
    if not decodes_frames(model):
        return np.zeros(0, np.float32), np.zeros(0), np.array([], str)
    settings = config.evaluation.synthesis
    codes = {ALL_INSTRUMENTS: pitch_codes(z, settings.n_points)}
    names = np.unique(instrument).tolist()
    # Without a style the decoder knows of no instruments.
    if len(names) > 1 and model.layout.style and settings.n_points_per_instrument:
        for name in names:
            own = z[instrument == name]
            codes[name] = pitch_codes(own, settings.n_points_per_instrument)
    whose = np.concatenate([[name] * len(rows) for name, rows in codes.items()])
    all_codes = np.concatenate(list(codes.values()))
    detected_midi = hear(decode_notes(model, all_codes, config), config)
    return all_codes[:, PITCH_LATENT], detected_midi, whose


def _names(instrument: np.ndarray | None, n_clips: int) -> np.ndarray:
    """Return names as text, one a clip; data that name no instruments have one."""
    if instrument is None:
        return np.full(n_clips, _UNNAMED)
    names = [name.decode() if isinstance(name, bytes) else str(name) for name in instrument]
    return np.array([name or _UNNAMED for name in names])
