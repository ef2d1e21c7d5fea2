"""The sound of what a model decodes, and the pitch that YIN hears in it (section 4.1.2)."""

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf import figures, metrics
from sps_tf.audio import spectrogram
from sps_tf.audio.front_ends import to_magnitudes
from sps_tf.audio.pitch_detector import detect_pitch
from sps_tf.evaluation.outputs import batches, to_numpy

# The learned factor of a sound model is the first of its latents: content comes before style.
PITCH_LATENT = 0
_EXTENT_STDS = 2.0
# Second and third hop: their windows see the note alone, after its onset and before its release.
_SUSTAINED_HOPS = slice(1, 3)
_NOTES_AT_ONCE = 128


def pitch_codes(z: np.ndarray, n_points: int) -> np.ndarray:
    """Make codes in which the learned factor moves, the other latents at their mean.

    Args:
        z: (clips, notes, latent), the encoder's means; the first latent is the factor.
        n_points: Codes, evenly spaced from two standard deviations below to two above the mean.

    Returns:
        (n_points, latent) float32.
    """
    rows = figures.traversal_codes(*metrics.moments(z), n_points, _EXTENT_STDS)
    return rows[PITCH_LATENT]


def sustain(images: np.ndarray, n_notes: int) -> np.ndarray:
    """Hold notes: the mean of the second and third hop, for as long as some notes last.

    Args:
        images: (..., 513, 5, 1), pictures of single notes.
        n_notes: How many notes' time each is held.

    Returns:
        (..., n_notes, 513, 5, 1), read-only.
    """
    hop = images[..., _SUSTAINED_HOPS, :].mean(axis=-2, keepdims=True)[..., None, :, :, :]
    return np.broadcast_to(hop, (*images.shape[:-3], n_notes, *images.shape[-3:]))


def hear(images: np.ndarray, settings: ConfigDict, front_end: str = "stft") -> np.ndarray:
    """Make each picture of a note sound by itself, and detect its pitch.

    The authors let Griffin and Lim's method and YIN (65 to 1,600 Hz) work on the single note of
    five hops. On pictures of true notes, whose pitch is known, that misses one in twelve; see
    `sps_tf.audio.pitch_detector` for why. Settings `sustain_notes` 0, `oversampling` 1,
    `f0_max_hz` 1600 and `griffin_lim_iterations` 32 are theirs (`as_authors`).

    Args:
        images: (n, 513, 5, 1) in [0, 1].
        settings: `config.evaluation.synthesis`.
        front_end: what the pictures are, see `sps_tf.audio.front_ends`. Default "stft".

    Returns:
        (n,) float64, MIDI numbers; NaN where there is silence.
    """
    n_held, detected = settings.sustain_notes, []
    for start in range(0, len(images), _NOTES_AT_ONCE):
        notes = to_magnitudes(images[start : start + _NOTES_AT_ONCE], front_end)
        clips = sustain(notes, n_held) if n_held else notes[:, None]
        sound = spectrogram.to_waveform(clips, n_iterations=settings.griffin_lim_iterations)
        # At both ends a sound is built from fewer windows than elsewhere.
        margin = spectrogram.WINDOW if n_held else 0
        sound = sound[:, margin : sound.shape[1] - margin]
        detected.append(
            detect_pitch(
                sound,
                settings.f0_min_hz,
                settings.f0_max_hz,
                settings.yin_threshold,
                settings.oversampling,
            )
        )
    return np.concatenate(detected)


def as_authors(settings: ConfigDict) -> ConfigDict:
    """Return settings of the evaluation by which a pitch is heard as the authors hear it.

    Args:
        settings: `config.evaluation`.
    """
    settings = settings.copy_and_resolve_references()
    settings.synthesis.update(sustain_notes=0, oversampling=1, f0_max_hz=1600.0, yin_threshold=0.1)
    return settings


def decode_notes(model: keras.Model, codes: np.ndarray, batch_size: int) -> np.ndarray:
    """Decode single notes, some at a time.

    Args:
        model: decodes pictures of notes.
        codes: (n, latent).
        batch_size: how many at a time.

    Returns:
        (n, 513, 5, 1) float32 in [0, 1].
    """
    parts = [codes[part, None] for part in batches(len(codes), batch_size)]
    return np.concatenate([to_numpy(model.decode(part))[:, 0] for part in parts])
