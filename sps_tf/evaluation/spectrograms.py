"""Evaluators that draw the spectrograms which a model decodes."""

import keras
import numpy as np

from sps_tf import figures
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.outputs import to_numpy, with_style
from sps_tf.evaluation.report import Report
from sps_tf.evaluation.synthesis import decode_notes
from sps_tf.frames import to_unit

_N_DRAWN_CLIPS = 3
_N_DRAWN_NOTES = 16
_N_TRAVERSAL_STEPS = 15
_TOP_KHZ = 8.0


def spectrogram_traversal(context: Context) -> Report:
    """Draw the notes that come out as one latent at a time moves: `latent_traversal`."""
    codes = figures.traversal_codes(*context.spread, _N_TRAVERSAL_STEPS)
    strips = [
        figures.Strip(name, decode_notes(context.model, row, context.settings.batch_size))
        for name, row in zip(context.model.layout.names, codes, strict=True)
    ]
    offsets = np.linspace(-2, 2, _N_TRAVERSAL_STEPS)
    picture = figures.draw_spectrogram_strips(
        strips,
        [f"{x:+.1f}" if x else "0" for x in offsets.round(2)],
        f"Latent traversal, {context.at_step}",
        "latent of the row, in std from its mean",
        _TOP_KHZ,
    )
    return Report(pictures={"latent_traversal": picture})


def spectrogram_branches(context: Context) -> Report:
    """Draw a few clips, and below each what the branches make of it: `branches`."""
    rows = _decode_branches(context)
    n_clips, n_notes = rows["truth"].shape[:2]
    n_notes = min(n_notes, _N_DRAWN_NOTES)
    strips = [
        figures.Strip(f"clip {clip + 1} {name}", images[clip, :n_notes], clip)
        for clip in range(n_clips)
        for name, images in rows.items()
    ]
    n_given = context.settings.n_given if "prior" in rows else 0
    picture = figures.draw_spectrogram_strips(
        strips,
        [f"{t}*" if t <= n_given else str(t) for t in range(1, n_notes + 1)],
        f"Truth and the branches of the model, {context.at_step}",
        "note (* given to the prior)" if n_given else "note",
        _TOP_KHZ,
    )
    return Report(pictures={"branches": picture})


def _decode_branches(context: Context) -> dict[str, np.ndarray]:
    """Return (clip, note, 513, 5, 1) of the truth and of each branch that the model has."""
    model, z = context.model, context.z[:_N_DRAWN_CLIPS]
    z_prior, z_symmetry = context.predict(_N_DRAWN_CLIPS)
    rows = {
        "truth": to_unit(context.frames[:_N_DRAWN_CLIPS]),
        "self": to_numpy(model.decode(z)),
    }
    if z_prior is not None:
        rows["prior"] = _predicted(model, z_prior, z)
    if z_symmetry is not None:
        rows["symmetry"] = _predicted(model, z_symmetry[0], z)
    return rows


def _predicted(model: keras.Model, content: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Decode predictions of notes 2..T behind a first note that stays empty."""
    images = to_numpy(model.decode(with_style(model, content, z)))
    return np.concatenate([np.full_like(images[:, :1], np.nan), images], axis=1)
