"""The pictures of a run, for TensorBoard and the run's folder (Figures 2, 5 and 7)."""

import functools
from typing import TYPE_CHECKING

import numpy as np

from launch.evaluation.label_sets import label_sets
from launch.evaluation.outputs import (
    check_arrays,
    encode_split,
    free_latents,
    is_audio,
    predict,
    to_numpy,
    to_unit,
    with_style,
)
from launch.evaluation.pitch_points import collect_pitch_points
from launch.evaluation.sound_pictures import draw_sound_pictures
from sps_tf import figures, metrics
from sps_tf.metrics import PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict

_N_DRAWN_SEQUENCES = 3
_N_TRAVERSAL_STEPS = 9
_UNITS = {"position": " (m)"}
# One metre apart; the camera of the ball video sees every one of these balls.
_BALL_GRID = figures.CoordinateGrid(("x", "y", "z"), (range(-2, 3), range(4), range(1, 8)))
_GREEN = (0.05, 0.9, 0.05)


def draw_pictures(
    model: "keras.Model",
    arrays: dict[str, np.ndarray],
    config: "ConfigDict",
    z: np.ndarray | None = None,
    points: PitchPoints | None = None,
) -> dict[str, np.ndarray]:
    """Draw the latent space and the reconstructions (Figures 2, 5 and 7).

    Args:
        model: As for `evaluate`.
        arrays: As for `evaluate`.
        config: The run's config.
        z: As for `evaluate`.
        points: As for `evaluate`.

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
    if config.dataset == "sps_ball" and len(model.layout.content) >= 2:
        pictures["coordinate_grid"] = _draw_grid(model, config, at_step)
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


@functools.cache
def _grid_frames() -> np.ndarray:
    """Render the ball at each point of the grid, once in a process: (n, 1, 32, 32, 3) uint8."""
    from pipelines.ball import render_frames

    positions_m = _BALL_GRID.points()
    frames = render_frames(positions_m, np.tile(_GREEN, (len(positions_m), 1)))
    return np.round(255 * np.asarray(frames)).astype(np.uint8)[:, None]


def _draw_grid(model: "keras.Model", config: "ConfigDict", at_step: str) -> np.ndarray:
    """Project the grid to the plane of the two latents that are not free, as Figure 7 does."""
    content = model.layout.content
    plane = [name for name in content if name not in free_latents(model)]
    if len(plane) != 2:
        plane = [content[0], content[-1]]
    z = encode_split(model, _grid_frames(), config)[:, 0, model.layout.indices(plane)]
    return figures.draw_coordinate_grid(
        z, _BALL_GRID, plane, f"Grid of true positions (1 m), {at_step}"
    )
