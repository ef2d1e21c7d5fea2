"""The straight line from a learned latent to MIDI numbers, fitted on notes of known pitch."""

from typing import NamedTuple

import numpy as np
from scipy import stats

# The slope is a median over pairs of notes, whose number grows with the square.
_MOST_NOTES = 1000


class PitchLine(NamedTuple):
    """MIDI = `slope` * z + `offset`.

    `n_notes` notes were given, from `lowest_midi` to `highest_midi`; `rms_semitones` is the root
    mean square error of those that do not lie farther off than half an octave, and
    `n_outliers` the number of the others, such as octave errors.
    """

    slope: float
    offset: float
    n_notes: int
    n_outliers: int
    rms_semitones: float
    lowest_midi: float
    highest_midi: float


def fit_pitch_line(
    z: np.ndarray, midi: np.ndarray, limit_semitones: float = 6.0
) -> PitchLine | None:
    """Fit a line that single wrong notes do not bend (Theil and Sen's).

    Args:
        z: (...), the latent of notes.
        midi: (...), their pitches.
        limit_semitones: what lies farther off is an outlier. Default 6, half an octave.

    Returns:
        The line; None where the notes have fewer than two pitches, or the latent does not follow
        them.
    """
    z, midi = np.asarray(z, np.float64).ravel(), np.asarray(midi, np.float64).ravel()
    finite = np.isfinite(z) & np.isfinite(midi)
    z, midi = z[finite], midi[finite]
    chosen = np.linspace(0, len(z) - 1, min(len(z), _MOST_NOTES)).round().astype(int)
    z, midi = z[chosen], midi[chosen]
    if len(np.unique(midi)) < 2 or not np.ptp(z) > 0:
        return None
    # The pitch is what is known without error; so the slope is that of z over it, turned around.
    inverse = stats.theilslopes(z, midi).slope
    if not inverse:
        return None
    slope = 1 / inverse
    line = (slope, np.median(midi - slope * z))
    errors = np.polyval(line, z) - midi
    kept = np.abs(errors) <= limit_semitones
    if not kept.any():
        return None
    rms = float(np.sqrt(np.square(errors[kept]).mean()))
    return PitchLine(
        *map(float, line), len(z), int((~kept).sum()), rms, float(midi.min()), float(midi.max())
    )
