"""The pictures of a run, for TensorBoard and the run's folder (Figures 2, 5 and 7)."""

from typing import TYPE_CHECKING

import numpy as np

from sps_tf import figures, metrics
from sps_tf.evaluation.grid import BALL_GRID, encode_grid, has_grid, plane_of
from sps_tf.evaluation.label_sets import label_sets
from sps_tf.evaluation.outputs import (
    check_arrays,
    encode_split,
    is_audio,
    predict,
    to_numpy,
    to_unit,
    with_style,
)
from sps_tf.evaluation.pitch_points import collect_pitch_points
from sps_tf.evaluation.sound_pictures import draw_sound_pictures
from sps_tf.metrics import PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

_N_DRAWN_SEQUENCES = 3
_N_TRAVERSAL_STEPS = 9
_UNITS = {"position": " (m)"}


def draw_pictures(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray | None = None,
    points: PitchPoints | None = None,
    grid: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """Draw the latent space and the reconstructions (Figures 2, 5 and 7).

    Args:
        model: As for `evaluate`.
        arrays: As for `evaluate`.
        config: The run's config.
        z: As for `evaluate`.
        points: As for `evaluate`.
        grid: What `encode_grid` returned for the same model, if it is at hand.

    Returns:
        Pictures (height, width, 3) uint8 by name: `latent_traversal`, `branches`,
        `latent_against_<label>` and, for the ball video, `coordinate_grid`; for sound see
        `draw_sound_pictures`.

    Raises:
        UserError: Arrays without the entries or of the wrong type.
    """
    check_arrays(arrays, config)
    z = encode_split(model, arrays["frames"], config) if z is None else z
    if is_audio(config):
        points = collect_pitch_points(model, arrays, config, z) if points is None else points
        return draw_sound_pictures(model, arrays, config, z, points)
    names = model.layout.names
    at_step = f"step {int(to_numpy(model.step))}"
    codes = figures.traversal_codes(*metrics.moments(z), _N_TRAVERSAL_STEPS)
    pictures = {
        "latent_traversal": figures.draw_traversal(
            to_numpy(model.decode(codes)), names, f"Latent traversal, {at_step}"
        ),
        "branches": _draw_branches(model, arrays["frames"], z, config, at_step),
    }
    for labels in label_sets(arrays, config):
        pictures[f"latent_against_{labels.name}"] = figures.draw_latent_scatter(
            z,
            labels.targets,
            names,
            [name + _UNITS.get(labels.name, "") for name in labels.names],
            f"Latents against the {labels.kind} {labels.name}, {at_step}",
        )
    if has_grid(model, config):
        grid = encode_grid(model, config) if grid is None else grid
        pictures["coordinate_grid"] = figures.draw_coordinate_grid(
            grid, BALL_GRID, plane_of(model), f"Grid of true positions (1 m), {at_step}"
        )
    return pictures


def _draw_branches(
    model: "keras.Model", frames: np.ndarray, z: np.ndarray, config: "ConfigDict", at_step: str
) -> np.ndarray:
    frames, z = frames[:_N_DRAWN_SEQUENCES], z[:_N_DRAWN_SEQUENCES]
    z_prior, z_symmetry = predict(model, z, config)
    branches = {"self": to_numpy(model.decode(z))}
    if z_prior is not None:
        branches["prior"] = to_numpy(model.decode(with_style(model, z_prior, z)))
    if z_symmetry is not None:
        branches["symmetry"] = to_numpy(model.decode(with_style(model, z_symmetry[0], z)))
    n_given = 0 if z_prior is None else config.evaluation.n_given
    title = f"Truth and the branches of the model, {at_step}"
    return figures.draw_branches(to_unit(frames), branches, n_given, title)
