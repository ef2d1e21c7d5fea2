"""Recordings as a model of notes knows sounds: as loud, and over the hops as the training notes.

The models of the scales learn from notes of one volume that begin with their frame. In a
recording, notes begin anywhere, are of any volume and length, and tremble. What tells the pitch is
the spectrum; so the spectrum of a moment is given the volume and the course of a training note.
"""

from typing import NamedTuple

import numpy as np

# The windows of the first hop may see the beginning, those of the last the end of a note.
_STEADY_HOPS = slice(1, 4)


class NoteShape(NamedTuple):
    """How loud the notes of a training set are, and how their loudness goes.

    `level` is the median over notes of the root of the sum of squares of a picture, `envelope`
    (hops) the share of each hop in it, with squares that add up to 1.
    """

    level: float
    envelope: tuple[float, ...]


def measure_notes(frames: np.ndarray) -> NoteShape | None:
    """Measure the notes of a training set.

    Args:
        frames: (..., bins, hops, 1) in [0, 1], magnitudes.

    Returns:
        Their shape; None where all are silent.
    """
    hops = np.sqrt(np.square(frames.astype(np.float32)).sum(axis=(-3, -1)))
    hops = hops.reshape(-1, hops.shape[-1])
    levels = np.linalg.norm(hops, axis=-1)
    hops, levels = hops[levels > 0], levels[levels > 0]
    if not len(levels):
        return None
    envelope = (hops / levels[:, None]).mean(axis=0)
    envelope /= np.linalg.norm(envelope)
    return NoteShape(float(np.median(levels)), tuple(envelope.tolist()))


def as_notes(frames: np.ndarray, shape: NoteShape) -> np.ndarray:
    """Give frames of a recording the shape of training notes.

    Args:
        frames: (..., bins, hops, 1) in [0, 1], magnitudes; of each, the mean power of its inner
            hops is the spectrum that is kept.
        shape: of the notes that the model has learned from.

    Returns:
        The same shape float32 in [0, 1]; silent frames stay silent.
    """
    inner = frames[..., _STEADY_HOPS, :].astype(np.float32)
    spectrum = np.sqrt(np.square(inner).mean(axis=-2, keepdims=True))
    norm = np.sqrt(np.square(spectrum).sum(axis=-3, keepdims=True))
    spectrum = np.divide(spectrum, norm, out=np.zeros_like(spectrum), where=norm > 0)
    envelope = np.array(shape.envelope, np.float32)[:, None]
    return np.minimum(spectrum * (shape.level * envelope), 1.0)
