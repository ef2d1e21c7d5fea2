"""The major scales of sections 4.1.1 and A.4.1."""

from collections.abc import Iterable

import numpy as np

from pipelines.making.audio.clips import Clip
from pipelines.making.audio.instruments import Instrument
from sps_tf.seeds import fold

# Eight notes up, eight down, the highest one shared.
SCALE_SEMITONES = (0, 2, 4, 5, 7, 9, 11, 12, 11, 9, 7, 5, 4, 2, 0)
N_NOTES = len(SCALE_SEMITONES)
OCTAVE_SEMITONES = 12


def start_pitches(
    instrument: Instrument, first_start: int | None = None, last_start: int | None = None
) -> range:
    """Return the pitches on which an instrument's scales start.

    Table 14 gives ranges of notes, so the last scale starts an octave below the highest: summed
    over the table these are 2,375 scales (the paper counts 2,376), and 27 for the accordion.

    Args:
        instrument: the instrument with its range.
        first_start: start no lower than this, MIDI. Default: the table's.
        last_start: start no higher than this, MIDI. Default: the table's.

    Returns:
        The pitches, MIDI, perhaps none.
    """
    first = max(instrument.low, instrument.low if first_start is None else first_start)
    last = instrument.high - OCTAVE_SEMITONES
    last = last if last_start is None else min(last, last_start)
    return range(first, last + 1)


def scale_clips(
    instruments: Iterable[Instrument],
    first_start: int | None = None,
    last_start: int | None = None,
) -> list[Clip]:
    """Make the scales of some instruments.

    Args:
        instruments: the instruments.
        first_start: as for `start_pitches`.
        last_start: as for `start_pitches`.

    Returns:
        One clip of 15 notes for each instrument and start pitch; the key is the instrument's
        name and the start pitch.
    """
    return [
        Clip(
            f"{instrument.name}/{start:03d}",
            tuple(float(start + step) for step in SCALE_SEMITONES),
            instrument.name,
            instrument.program,
        )
        for instrument in instruments
        for start in start_pitches(instrument, first_start, last_start)
    ]


def shift_clips(clips: Iterable[Clip], seed: int, purpose: str) -> list[Clip]:
    """Shift each clip upwards by a fraction of a semitone of its own (section 4.1.1).

    This makes the paper's test set, and with another purpose a set to tune on, so that nobody
    has to look at the test set before the end.

    Args:
        clips: the training clips.
        seed: the data set's seed, at least 0.
        purpose: what the shifted clips are for, such as "test". A clip's fraction depends on the
            seed, the purpose and the clip's key alone.

    Returns:
        The clips in the same order, with the same keys.
    """
    return [_shift(clip, seed, purpose) for clip in clips]


def _shift(clip: Clip, seed: int, purpose: str) -> Clip:
    fraction = np.random.default_rng(fold(seed, "pitch_shift", purpose, clip.key)).uniform()
    return clip._replace(pitches=tuple(pitch + fraction for pitch in clip.pitches))
