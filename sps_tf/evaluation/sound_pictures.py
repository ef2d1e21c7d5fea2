"""The pictures of a run on sound (Figures 3, 11, 12, 17 and 18, and spectrograms)."""

from typing import TYPE_CHECKING

import numpy as np

from sps_tf import figures, metrics
from sps_tf.evaluation.label_sets import label_sets
from sps_tf.evaluation.outputs import decodes_frames, predict, to_numpy, to_unit, with_style
from sps_tf.evaluation.synthesis import decode_notes
from sps_tf.metrics import PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

_N_DRAWN_CLIPS = 3
_N_DRAWN_NOTES = 16
_N_TRAVERSAL_STEPS = 15
_TOP_KHZ = 8.0


def draw_sound_pictures(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray,
    points: PitchPoints,
) -> dict[str, np.ndarray]:
    """Draw what was learned of the pitch, and spectrograms.

    Args:
        model: As for `evaluate`.
        arrays: As for `evaluate`.
        config: The run's config.
        z: What `encode_split` returned.
        points: What `collect_pitch_points` returned.

    Returns:
        Pictures (height, width, 3) uint8 by name: `pitch` (Figure 3), `latent_against_<label>`
        where the pitch is known, `pitch_by_instrument` where there are several instruments, and
        of a model that decodes spectrograms `latent_traversal` and `branches`.
    """
    names = model.layout.names
    at_step = f"step {int(to_numpy(model.step))}"
    pictures = {"pitch": figures.draw_pitch_figure({config.method: points}, at_step)}
    for labels in label_sets(arrays, config):
        pictures[f"latent_against_{labels.name}"] = figures.draw_latent_scatter(
            z,
            labels.targets,
            names,
            labels.names,
            f"Latents against the true {labels.name}, {at_step}",
        )
    if points.pitch.size and len(np.unique(points.instrument)) > 1:
        pictures["pitch_by_instrument"] = figures.draw_pitch_bars({config.method: points}, at_step)
    if decodes_frames(model):
        pictures["latent_traversal"] = _draw_traversal(model, z, config, at_step)
        pictures["branches"] = _draw_branches(model, arrays["frames"], z, config, at_step)
    return pictures


def _draw_traversal(
    model: "keras.Model", z: np.ndarray, config: "ConfigDict", at_step: str
) -> np.ndarray:
    codes = figures.traversal_codes(*metrics.moments(z), _N_TRAVERSAL_STEPS)
    strips = [
        figures.Strip(name, decode_notes(model, row, config))
        for name, row in zip(model.layout.names, codes, strict=True)
    ]
    offsets = np.linspace(-2, 2, _N_TRAVERSAL_STEPS)
    return figures.draw_spectrogram_strips(
        strips,
        [f"{x:+.1f}" if x else "0" for x in offsets.round(2)],
        f"Latent traversal, {at_step}",
        "latent of the row, in std from its mean",
        _TOP_KHZ,
    )


def _draw_branches(
    model: "keras.Model", frames: np.ndarray, z: np.ndarray, config: "ConfigDict", at_step: str
) -> np.ndarray:
    """Draw a few clips: the truth, and below it what each branch makes of it."""
    frames, z = to_unit(frames[:_N_DRAWN_CLIPS]), z[:_N_DRAWN_CLIPS]
    z_prior, z_symmetry = predict(model, z, config)
    rows = {"truth": frames, "self": to_numpy(model.decode(z))}
    if z_prior is not None:
        rows["prior"] = _predicted(model, z_prior, z)
    if z_symmetry is not None:
        rows["symmetry"] = _predicted(model, z_symmetry[0], z)
    n_notes = min(frames.shape[1], _N_DRAWN_NOTES)
    strips = [
        figures.Strip(f"clip {clip + 1} {name}", images[clip, :n_notes], clip)
        for clip in range(len(frames))
        for name, images in rows.items()
    ]
    n_given = 0 if z_prior is None else config.evaluation.n_given
    return figures.draw_spectrogram_strips(
        strips,
        [f"{t}*" if t <= n_given else str(t) for t in range(1, n_notes + 1)],
        f"Truth and the branches of the model, {at_step}",
        "note (* given to the prior)" if n_given else "note",
        _TOP_KHZ,
    )


def _predicted(model: "keras.Model", content: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Decode predictions of notes 2..T behind a first note that stays empty."""
    images = to_numpy(model.decode(with_style(model, content, z)))
    return np.concatenate([np.full_like(images[:, :1], np.nan), images], axis=1)
