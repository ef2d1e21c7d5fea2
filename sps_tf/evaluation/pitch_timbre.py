"""The evaluator of pitch and timbre kept apart (Tables 5 and 6, Figure 10; section A.4.2)."""

import logging
from typing import NamedTuple

import numpy as np

from sps_tf.evaluation.changes import (
    compare_with_anchor,
    score_content_change,
    score_style_change,
)
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.pitch_points import instrument_names
from sps_tf.evaluation.report import Report
from sps_tf.metrics.disentanglement import normalise

_WHOLE = 1e-3  # semitones: farther from a whole MIDI number a pitch belongs to no cell
_MOST_BARS = 8


class NoteCells(NamedTuple):
    """Codes of notes by pitch and instrument.

    Args:
        codes: (pitch, instrument, latent), the mean over the notes of a cell; NaN where there
            are none.
        pitches: (pitch,) MIDI numbers.
        instruments: (instrument,) names.
    """

    codes: np.ndarray
    pitches: np.ndarray
    instruments: np.ndarray

    @property
    def present(self) -> np.ndarray:
        """Which cells have notes, (pitch, instrument)."""
        return np.isfinite(self.codes[..., 0])

    def take(self, pitches: np.ndarray, instruments: np.ndarray) -> "NoteCells":
        """Return some rows and columns, both chosen by booleans."""
        codes = self.codes[pitches][:, instruments]
        return NoteCells(codes, self.pitches[pitches], self.instruments[instruments])


def pitch_timbre(context: Context) -> Report:
    """Score how well pitch and timbre are kept apart, on a full grid of pitches and instruments.

    The authors encode single notes; here a cell is the mean over the notes of scales.

    Returns:
        `style_change/...` (another instrument, the pitch as it is) and `content_change/...`
        (another pitch), see `sps_tf.evaluation.changes`; the grid's lowest and highest pitch; the
        picture `changes`. Nothing, and a warning, where no two instruments share two pitches.
    """
    settings = context.settings.changes
    pitch = context.arrays[context.settings.label][..., 0]
    cells = gather_cells(context.z, pitch, instrument_names(context.arrays))
    grid = full_grid(cells, settings.first_pitch, settings.last_pitch)
    if grid is None:
        logging.warning("Pitch and timbre: no two instruments share two pitches.")
        return Report()
    scores = score_style_change(context, grid.codes)
    by_instrument = grid.codes.swapaxes(0, 1)
    scores |= score_content_change(context, by_instrument, settings.content)
    scores |= {
        "style_change/lowest_pitch": float(grid.pitches.min()),
        "style_change/highest_pitch": float(grid.pitches.max()),
    }
    return Report(metrics=scores) + _compare(context, cells, normalise(grid.codes)[1])


def gather_cells(z: np.ndarray, pitch: np.ndarray, instrument: np.ndarray) -> NoteCells:
    """Sort codes of notes by pitch and instrument.

    Args:
        z: (clip, note, latent).
        pitch: (clip, note), MIDI; notes between two whole numbers are left out.
        instrument: (clip,) names.

    Returns:
        The cells, pitches and names in order.
    """
    whole = np.rint(pitch)
    kept = np.abs(pitch - whole) < _WHOLE
    names = np.broadcast_to(instrument[:, None], pitch.shape)
    pitches, row = np.unique(whole[kept], return_inverse=True)
    instruments, column = np.unique(names[kept], return_inverse=True)
    sums = np.zeros((len(pitches), len(instruments), z.shape[-1]))
    counts = np.zeros((len(pitches), len(instruments), 1))
    np.add.at(sums, (row, column), z[kept])
    np.add.at(counts, (row, column), 1)
    return NoteCells(
        np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), pitches, instruments
    )


def full_grid(cells: NoteCells, first_pitch: int, last_pitch: int) -> NoteCells | None:
    """Return the cells of all instruments that play every pitch of a range.

    Where fewer than two do, the pitches that most instruments play are taken.

    Args:
        cells: codes by pitch and instrument.
        first_pitch: MIDI, the first of the range.
        last_pitch: MIDI, its last.

    Returns:
        Cells without a gap, at least two by two; None if there are none.
    """
    asked = np.arange(first_pitch, last_pitch + 1)
    in_range = np.isin(cells.pitches, asked)
    complete = cells.present[in_range].all(axis=0) & (in_range.sum() == len(asked))
    if complete.sum() < 2:
        n_instruments = cells.present.sum(axis=1)
        in_range = n_instruments == n_instruments.max(initial=0)
        complete = cells.present[in_range].all(axis=0)
    grid = cells.take(in_range, complete)
    return grid if min(grid.codes.shape[:2]) >= 2 else None


def _compare(context: Context, cells: NoteCells, std: np.ndarray) -> Report:
    """Draw Figure 10: the settings' instruments, else the first ones that play the pitch."""
    settings = context.settings.changes
    chosen = [settings.anchor, *settings.compared]
    row = np.flatnonzero(cells.pitches == settings.anchor_pitch)
    row = row[0] if len(row) else int(cells.present.sum(axis=1).argmax())
    playing = cells.instruments[cells.present[row]].tolist()
    names = [name for name in chosen if name in playing]
    if len(names) < 2 or names[0] != settings.anchor:
        names = playing[: 1 + _MOST_BARS]
    if len(names) < 2:
        return Report()
    columns = [cells.instruments.tolist().index(name) for name in names]
    title = f"Changes from {names[0]}, MIDI pitch {cells.pitches[row]:.0f}"
    return compare_with_anchor(context, cells.codes[row, columns], std, names, title)
