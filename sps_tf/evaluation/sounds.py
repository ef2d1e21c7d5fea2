"""The evaluator that lets a model be heard."""

import numpy as np

from sps_tf import figures
from sps_tf.audio import spectrogram
from sps_tf.audio.front_ends import to_magnitudes
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.outputs import to_numpy, with_style
from sps_tf.evaluation.report import Report
from sps_tf.evaluation.synthesis import decode_notes, sustain
from sps_tf.frames import to_unit

_N_STEPS = 13
_NOTES_A_STEP = 2  # 0.32 s


def sounds(context: Context) -> Report:
    """Make a traversal of each latent sound, and the first clip with what the model makes of it.

    The true clip goes through Griffin and Lim's method as the others do, so that the difference
    one hears is the model's.

    Returns:
        The sounds `traversal_<latent>`, 13 notes of 0.32 s from -2 to +2 standard deviations;
        `clip_truth`, `clip_self` and, of a model with a prior, `clip_prior`, whose first note is
        the true one.
    """
    pictures = _traverse(context) | _decode_first_clip(context)
    n_iterations = context.settings.synthesis.griffin_lim_iterations
    return Report(
        sounds={
            name: spectrogram.to_waveform(to_magnitudes(notes, context.front_end), n_iterations)
            for name, notes in pictures.items()
        }
    )


def _traverse(context: Context) -> dict[str, np.ndarray]:
    clips = {}
    codes = figures.traversal_codes(*context.spread, _N_STEPS)
    for name, row in zip(context.model.layout.names, codes, strict=True):
        notes = decode_notes(context.model, row, context.settings.batch_size)
        held = sustain(notes, _NOTES_A_STEP)
        clips[f"traversal_{name}"] = held.reshape(-1, *held.shape[2:])
    return clips


def _decode_first_clip(context: Context) -> dict[str, np.ndarray]:
    model, z, truth = context.model, context.z[:1], to_unit(context.frames[:1])
    clips = {"clip_truth": truth[0], "clip_self": to_numpy(model.decode(z))[0]}
    z_prior, _ = context.predict(1)
    if z_prior is not None:
        predicted = to_numpy(model.decode(with_style(model, z_prior, z)))[0]
        clips["clip_prior"] = np.concatenate([truth[0, :1], predicted])
    return clips
