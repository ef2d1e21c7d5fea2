"""Trajectories of the ball data set: where balls start, and their labelled video."""

from typing import NamedTuple

import numpy as np

from pipelines.making.ball import physics, renderer

SCENES = ("green", "colorful", "two")
GREEN = (0.05, 0.9, 0.05)
BLUE = (0.05, 0.05, 0.9)
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


def draw_start(seed: int, split: str, index: int, ball: int = 0) -> Start:
    """Draw the start of one ball of a trajectory.

    Args:
        seed: the data set's seed, at least 0.
        split: name of the split, such as "train".
        index: number of the trajectory in the split, at least 0.
        ball: number of the ball in the trajectory. Default 0, the first; the second starts
            independently of it.

    Returns:
        The start. It depends on the four arguments alone.
    """
    from sps_tf.seeds import fold

    # The first ball's stream is that of scenes with one ball.
    word = fold(seed, "sps_ball", split, *(("ball", ball) if ball else ()))
    generator = np.random.default_rng([word, index])
    cell = START_CELLS[generator.integers(len(START_CELLS))]
    x_m, z_m, vx_mps, vz_mps = (generator.uniform(*bounds) for bounds in cell)
    vy_mps = generator.uniform(*VERTICAL_SPEED_MPS)
    return Start(
        position_m=np.array([x_m, START_HEIGHT_M, z_m]),
        velocity_mps=np.array([vx_mps, vy_mps, vz_mps]),
        color=generator.uniform(size=3).astype(np.float32),
    )


def make_example(seed: int, split: str, index: int, scene: str = "green") -> dict[str, np.ndarray]:
    """Make one labelled video.

    The same seed, split and index give the same motion of the first ball in every scene. Two balls
    do not collide; the nearer one hides the other.

    Args:
        seed: the data set's seed, at least 0.
        split: name of the split, such as "train".
        index: number of the trajectory in the split, at least 0.
        scene: "green" (section 4.2, default); "colorful" (section A.5.1), a ball of a random
            colour, constant in the trajectory; "two" (not in the paper), a green and a blue ball.

    Returns:
        `frames` (time, height, width, channels) uint8, `position` (time, 3 balls) float32 in
        metres, `velocity` (time, 3 balls) float32 in metres a second, `color` (3 balls,) float32
        in [0, 1]: three numbers of the first ball, then of the second.

    Raises:
        UserError: if the scene is unknown.
    """
    from sps_tf.errors import check_choice

    check_choice("scene", scene, SCENES)
    starts = [draw_start(seed, split, index, ball) for ball in range(n_balls(scene))]
    fixed = (GREEN, BLUE)[: len(starts)]
    colors = [start.color for start in starts] if scene == "colorful" else fixed
    colors = np.array(colors, np.float32)
    positions, velocities = physics.simulate(
        np.stack([start.position_m for start in starts]),
        np.stack([start.velocity_mps for start in starts]),
    )
    positions, velocities = positions.swapaxes(0, 1), velocities.swapaxes(0, 1)
    frames = renderer.render_frames(positions, np.broadcast_to(colors, positions.shape))
    return {
        "frames": np.round(frames * 255).astype(np.uint8),
        "position": positions.reshape(physics.N_FRAMES, -1).astype(np.float32),
        "velocity": velocities.reshape(physics.N_FRAMES, -1).astype(np.float32),
        "color": colors.reshape(-1),
    }


def n_balls(scene: str) -> int:
    """Return how many balls a scene has."""
    return 2 if scene == "two" else 1
