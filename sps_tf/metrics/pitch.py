"""How linear the learned pitch factor is (R^2 of Tables 1 and 12, Figures 3, 11, 12, 17, 18)."""

import logging
from typing import NamedTuple

import numpy as np

from sps_tf.errors import UserError

# Farther off the line than half an octave: another note was heard, as in an octave error.
OUTLIER_SEMITONES = 6.0
ALL_INSTRUMENTS = ""
_MOST_POINTS_OF_ROBUST_LINE = 1000
_LEAST_POINTS = 3


class PitchPoints(NamedTuple):
    """The points of Figure 3, all that its scores and pictures are made from.

    Attributes:
        z: (clips, notes), the learned factor of each note.
        pitch: (clips, notes) true MIDI numbers with fractions; (0, 0) where they are unknown.
        instrument: (clips,) names.
        traversal_z: (points,), values of the factor that were decoded; none for a model whose
            pictures cannot be made sound.
        detected_midi: (points,), the pitch heard in what was decoded, MIDI; NaN: none.
        traversal_instrument: (points,), whose style the decoder was given; "": the mean style.
    """

    z: np.ndarray
    pitch: np.ndarray
    instrument: np.ndarray
    traversal_z: np.ndarray
    detected_midi: np.ndarray
    traversal_instrument: np.ndarray


class Line(NamedTuple):
    """A straight line: y = slope * x + intercept."""

    slope: float
    intercept: float

    def at(self, x: np.ndarray) -> np.ndarray:
        """Return y at each x."""
        return self.slope * x + self.intercept


def fit_line(x: np.ndarray, y: np.ndarray) -> Line:
    """Fit a straight line by least squares; a level one where x never changes.

    Args:
        x: (points,).
        y: (points,).

    Returns:
        The line.
    """
    if not _changes(x):
        return Line(0.0, float(y.mean()))
    slope = float(np.cov(x, y, bias=True)[0, 1] / x.var())
    return Line(slope, float(y.mean() - slope * x.mean()))


def line_r2(x: np.ndarray, y: np.ndarray) -> float:
    """Return R^2 of the least-squares line, scored on the points that it was fitted to.

    Args:
        x: (points,).
        y: (points,); exchanging x and y changes nothing.

    Returns:
        1 for points on a line; 0 for no trend, and where x or y never changes.
    """
    if not (_changes(x) and _changes(y)):
        return 0.0
    return float(np.corrcoef(x, y)[0, 1] ** 2)


def inliers(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Tell the points near the straight line through most points from the outliers.

    The line is that of Siegel's repeated medians, which up to half of the points cannot pull
    away.

    Args:
        x: (points,).
        y: (points,), semitones.

    Returns:
        (points,) bool; False where y is more than `OUTLIER_SEMITONES` off the line.
    """
    if not _changes(x):
        return np.abs(y - np.median(y)) <= OUTLIER_SEMITONES
    from scipy.stats import siegelslopes

    count = min(len(x), _MOST_POINTS_OF_ROBUST_LINE)
    chosen = np.unique(np.linspace(0, len(x) - 1, count).astype(int))
    line = Line(*siegelslopes(y[chosen], x[chosen]))
    return np.abs(y - line.at(x)) <= OUTLIER_SEMITONES


def pitch_scores(points: PitchPoints) -> dict[str, float]:
    """Score how linear the learned factor is in the true pitch (Table 1, Figures 12 and 18).

    Args:
        points: Its `z`, `pitch` and `instrument` are read.

    Returns:
        `pitch_r2`: a line fitted to all points and scored on them, as the paper does.
        `pitch_r2_held_out`: fitted on every second clip, scored on the others, and the other way
        round. `pitch_r2_inliers`: as the first, without the outliers. `pitch_outliers`: how many
        there are. Where there are several instruments, `pitch_r2/<instrument>`, each with a line
        of its own, and `pitch_r2_mean_of_instruments`. Without known pitches, nothing; what a
        score is not defined for is left out with a warning.

    Raises:
        UserError: Shapes that do not belong together, or values that are not finite.
    """
    z, pitch = np.asarray(points.z, np.float64), np.asarray(points.pitch, np.float64)
    if not pitch.size:
        return {}
    _check(z, pitch, points.instrument)
    if not _changes(pitch):
        logging.warning("No R^2 of the pitch: it is the same for all notes.")
        return {}
    x, y = z.ravel(), pitch.ravel()
    scores = {"pitch_r2": line_r2(x, y)}
    if len(z) > 1:
        scores["pitch_r2_held_out"] = _held_out_r2(z, pitch)
    scores |= _without_outliers("pitch", x, y)
    names = np.unique(points.instrument)
    if len(names) > 1:
        r2 = {name: _r2_of(name, z, pitch, points.instrument) for name in names.tolist()}
        scores |= _by_instrument("pitch_r2", r2)
    return scores


def synthesis_scores(points: PitchPoints) -> dict[str, float]:
    """Score how linear the pitch of decoded sound is in the factor (Table 1, Figures 12 and 18).

    Args:
        points: Its `traversal_z`, `detected_midi` and `traversal_instrument` are read.

    Returns:
        `synthesis_r2`: over every point at which a pitch was heard. `synthesis_detected_share`:
        the share of those. `synthesis_r2_inliers` and `synthesis_outliers` as for `pitch_scores`.
        Where styles of several instruments were decoded, `synthesis_r2/<instrument>` and
        `synthesis_r2_mean_of_instruments`. Without traversals, nothing.
    """
    if not points.traversal_z.size:
        return {}
    scores, r2 = {}, {}
    for name in np.unique(points.traversal_instrument).tolist():
        own = points.traversal_instrument == name
        heard = np.isfinite(points.detected_midi) & own
        z = np.asarray(points.traversal_z, np.float64)[heard]
        midi = np.asarray(points.detected_midi, np.float64)[heard]
        r2[name] = line_r2(z, midi)
        if name == ALL_INSTRUMENTS:
            scores["synthesis_detected_share"] = float(heard.sum() / own.sum())
            scores |= _without_outliers("synthesis", z, midi)
    scores = {"synthesis_r2": r2.pop(ALL_INSTRUMENTS), **scores}
    return scores | _by_instrument("synthesis_r2", r2)


def _held_out_r2(z: np.ndarray, pitch: np.ndarray) -> float:
    """Fit on the even clips and score on the odd ones, then swap; a sorted set covers both."""
    errors = np.empty_like(pitch)
    for fitted, scored in (
        (slice(0, None, 2), slice(1, None, 2)),
        (slice(1, None, 2), slice(0, None, 2)),
    ):
        line = fit_line(z[fitted].ravel(), pitch[fitted].ravel())
        errors[scored] = line.at(z[scored]) - pitch[scored]
    return float(1 - np.mean(errors**2) / pitch.var())


def _without_outliers(name: str, x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Count the outliers, and score the others."""
    if len(x) < _LEAST_POINTS:
        return {f"{name}_outliers": 0.0}
    near = inliers(x, y)
    scores = {f"{name}_outliers": float(np.sum(~near))}
    if near.sum() >= _LEAST_POINTS:
        scores[f"{name}_r2_inliers"] = line_r2(x[near], y[near])
    return scores


def _r2_of(name: str, z: np.ndarray, pitch: np.ndarray, instrument: np.ndarray) -> float:
    own = instrument == name
    return line_r2(z[own].ravel(), pitch[own].ravel())


def _by_instrument(name: str, r2: dict[str, float]) -> dict[str, float]:
    if not r2:
        return {}
    scores = {f"{name}/{instrument}": value for instrument, value in r2.items()}
    return {f"{name}_mean_of_instruments": float(np.mean(list(r2.values()))), **scores}


def _changes(values: np.ndarray) -> bool:
    """Tell whether values differ by more than rounding does."""
    return bool(values.size and np.ptp(values) > 1e-6 * np.abs(values).max())


def _check(z: np.ndarray, pitch: np.ndarray, instrument: np.ndarray) -> None:
    if z.ndim != 2 or z.shape != pitch.shape or len(instrument) != len(z):
        raise UserError(
            "latents and pitches must share the axes (clips, notes), with an instrument for each "
            f"clip. Received: shapes {z.shape}, {pitch.shape} and {np.shape(instrument)}"
        )
    if not (np.isfinite(z).all() and np.isfinite(pitch).all()):
        raise UserError("latents and pitches must be finite. Received: NaN or infinite values")
