"""Trajectories of the ball data set: where a ball starts, and its labelled video."""

from typing import NamedTuple

import numpy as np

from pipelines.making.ball import physics, renderer

COLOR_MODES = ("green", "colorful")
GREEN = (0.05, 0.9, 0.05)
START_HEIGHT_M = 1.0
VERTICAL_SPEED_MPS = (-8.0, 8.0)


class StartCell(NamedTuple):
    """Ranges (low, high) that a start is drawn from: metres, and metres a second."""

    x_m: tuple[float, float]
    z_m: tuple[float, float]
    vx_mps: tuple[float, float]
    vz_mps: tuple[float, float]


# Balls from the sides drift inward, so that most stay in view for the four seconds.
START_CELLS = (
    StartCell(x_m=(-3.0, -1.5), z_m=(0.0, 3.0), vx_mps=(0.2, 2.0), vz_mps=(0.2, 3.0)),
    StartCell(x_m=(-1.5, 1.5), z_m=(0.0, 2.0), vx_mps=(-1.0, 1.0), vz_mps=(0.0, 3.0)),
    StartCell(x_m=(1.5, 3.0), z_m=(0.0, 3.0), vx_mps=(-2.0, -0.2), vz_mps=(0.2, 3.0)),
)


class Start(NamedTuple):
    """One drawn start: (3,) position in metres, (3,) velocity in m/s, (3,) random colour."""

    position_m: np.ndarray
    velocity_mps: np.ndarray
    color: np.ndarray


def draw_start(seed: int, split: str, index: int) -> Start:
    """Draw the start of one trajectory.

    Args:
        seed: the data set's seed, at least 0.
        split: name of the split, such as "train".
        index: number of the trajectory in the split, at least 0.

    Returns:
        The start. It depends on the three arguments alone.
    """
    from sps_tf.seeds import fold

    generator = np.random.default_rng([fold(seed, "sps_ball", split), index])
    cell = START_CELLS[generator.integers(len(START_CELLS))]
    x_m, z_m, vx_mps, vz_mps = (generator.uniform(*bounds) for bounds in cell)
    vy_mps = generator.uniform(*VERTICAL_SPEED_MPS)
    return Start(
        position_m=np.array([x_m, START_HEIGHT_M, z_m]),
        velocity_mps=np.array([vx_mps, vy_mps, vz_mps]),
        color=generator.uniform(size=3).astype(np.float32),
    )


def make_example(
    seed: int, split: str, index: int, color_mode: str = "green"
) -> dict[str, np.ndarray]:
    """Make one labelled video.

    The same seed, split and index give the same motion in both colour modes.

    Args:
        seed: the data set's seed, at least 0.
        split: name of the split, such as "train".
        index: number of the trajectory in the split, at least 0.
        color_mode: "green" (section 4.2, default) or "colorful" (section A.5.1): a random
            colour, constant in the trajectory.

    Returns:
        `frames` (time, height, width, channels) uint8, `position` (time, 3) float32 in metres,
        `velocity` (time, 3) float32 in metres a second, `color` (3,) float32 in [0, 1].

    Raises:
        UserError: if the colour mode is unknown.
    """
    from sps_tf.errors import check_choice

    check_choice("color_mode", color_mode, COLOR_MODES)
    start = draw_start(seed, split, index)
    color = start.color if color_mode == "colorful" else np.array(GREEN, np.float32)
    positions, velocities = physics.simulate(start.position_m[None], start.velocity_mps[None])
    frames = renderer.render_frames(positions[0], np.tile(color, (physics.N_FRAMES, 1)))
    return {
        "frames": np.round(frames * 255).astype(np.uint8),
        "position": positions[0].astype(np.float32),
        "velocity": velocities[0].astype(np.float32),
        "color": color,
    }
