"""Tie the pitch of the SPICE baseline to MIDI numbers, on notes whose pitch is known."""

from typing import Any

import numpy as np
from ml_collections import ConfigDict

from sps_tf.audio.calibration_tones import calibration_tones
from sps_tf.audio.cqt import cqt_images
from sps_tf.errors import UserError
from sps_tf.frames import to_unit
from sps_tf.models import SPICE

# Instruments are told apart by the font that plays them, and some of its sounds are an octave off:
# enough clips that the median is not one of those.
_MOST_CLIPS = 16


def calibrate(
    model: SPICE, train_arrays: dict[str, np.ndarray], config: ConfigDict
) -> dict[str, Any]:
    """Calibrate a trained model; the scores of linearity do not depend on it.

    The notes are those of some training clips, whose pitch the synthesis set. Sound whose pitches
    nobody knows, such as one's own folder, is replaced by harmonic tones; a model that has
    learned from a single instrument hears these up to two semitones off.

    Args:
        model: Changed in place.
        train_arrays: The training split: `frames` and, unless that is empty, the pitches under
            `config.evaluation.label`.
        config: The run's config.

    Returns:
        For the results: `notes` (where they come from), the fields of `CalibrationReport`, and
        the line, MIDI = `slope` * z + `offset`. Where no line can be drawn, because the model
        tells no pitches apart, only `notes` and what is wrong as `failed`.
    """
    label = config.evaluation.label
    if label:
        n_clips = len(train_arrays["frames"])
        chosen = np.unique(np.linspace(0, n_clips - 1, _MOST_CLIPS).astype(int))
        frames, pitch = train_arrays["frames"][chosen], train_arrays[label][chosen]
        notes = f"{len(chosen)} training clips"
    else:
        waveform, pitch = calibration_tones()
        frames, notes = cqt_images(waveform), "harmonic tones"
    try:
        report = model.calibrate(to_unit(frames), pitch)
    except UserError as error:  # no reason to lose the results of a run
        return {"notes": notes, "failed": str(error)}
    slope, offset = (float(value) for value in model.calibration.numpy())
    return {"notes": notes, **report._asdict(), "slope": slope, "offset": offset}
