"""Balls of which one thing changes: colour, or place (sections A.5.2 and A.5.3).

Twenty pictures a group, as in the published probe sets: one place in twenty colours, and one
colour at twenty places on a horizontal line. That those sets feed Tables 8 and 9 is inferred from
their names; the paper does not describe them. A group at any places is ours.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pipelines.making.ball import physics, renderer
from pipelines.making.ball.trajectories import START_CELLS, VERTICAL_SPEED_MPS
from sps_tf.seeds import fold

N_GROUPS, N_MEMBERS = 200, 20
# The published filter: a picture in which no channel reaches this shows no ball, or a dark one.
VISIBLE = 0.5
# Where Figure 14's ball is, and its colours; the first is the anchor.
ANCHOR_POSITION_M = (0.0, 1.0, 5.0)
_ON, _OFF = 0.9, 0.05
ANCHOR_COLORS = {
    "white": (_ON, _ON, _ON),
    "red": (_ON, _OFF, _OFF),
    "green": (_OFF, _ON, _OFF),
    "blue": (_OFF, _OFF, _ON),
    "pink": (_ON, _OFF, _ON),
    "yellow": (_ON, _ON, _OFF),
    "cyan": (_OFF, _ON, _ON),
}
_LEAST_HEIGHT_M, _MOST_HEIGHT_M = 0.2, 3.0
_LEAST_DEPTH_M = 0.5


class Group(NamedTuple):
    """Places (member, 3) in metres and colours (member, 3) in [0, 1]."""

    positions_m: np.ndarray
    colors: np.ndarray


def colors_at_a_place(rng: np.random.Generator) -> Group:
    """Draw one place and twenty colours."""
    place = _draw_place(rng)
    colors = np.stack([_draw_color(rng) for _ in range(N_MEMBERS)])
    return Group(np.broadcast_to(place, (N_MEMBERS, 3)), colors)


def places_on_a_line(rng: np.random.Generator) -> Group:
    """Draw one colour and twenty places, 0.2 s apart without gravity: the height stays."""
    start_m, velocity_mps = _draw_start(rng)
    secs = physics.FRAME_SECS * np.arange(N_MEMBERS)[:, None]
    positions_m = start_m + secs * velocity_mps * (1.0, 0.0, 1.0)
    return Group(positions_m, np.broadcast_to(_draw_color(rng), (N_MEMBERS, 3)))


def places_anywhere(rng: np.random.Generator) -> Group:
    """Draw one colour and twenty places, each by itself."""
    positions_m = np.stack([_draw_place(rng) for _ in range(N_MEMBERS)])
    return Group(positions_m, np.broadcast_to(_draw_color(rng), (N_MEMBERS, 3)))


KINDS: dict[str, Callable[[np.random.Generator], Group]] = {
    "colors_at_a_place": colors_at_a_place,
    "places_on_a_line": places_on_a_line,
    "places_anywhere": places_anywhere,
}


def render_groups(kind: str, seed: int = 0, n_groups: int = N_GROUPS) -> tuple[np.ndarray, int]:
    """Render groups of one kind; those with a ball that cannot be seen are drawn anew.

    Args:
        kind: a key of `KINDS`.
        seed: at least 0. Default 0.
        n_groups: groups that are kept. Default 200.

    Returns:
        (n_groups, 20, 32, 32, 3) uint8, and how many groups were left out.
    """
    kept, index = [], 0
    while len(kept) < n_groups:
        group = KINDS[kind](np.random.default_rng([fold(seed, "ball_probe", kind), index]))
        frames = _render(group)
        # Of every picture the brightest channel anywhere; the floor stays below.
        if (frames.max(axis=(1, 2, 3)) >= 255 * VISIBLE).all():
            kept.append(frames)
        index += 1
    return np.stack(kept), index - n_groups


def render_anchor() -> np.ndarray:
    """Render Figure 14's ball in each of `ANCHOR_COLORS`: (colour, 32, 32, 3) uint8."""
    colors = np.array(list(ANCHOR_COLORS.values()))
    return _render(Group(np.broadcast_to(ANCHOR_POSITION_M, colors.shape), colors))


def _render(group: Group) -> np.ndarray:
    frames = renderer.render_frames(np.array(group.positions_m), np.array(group.colors))
    return np.round(255 * np.asarray(frames)).astype(np.uint8)


def _draw_start(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a place in a start cell, in metres, and a velocity as in training, in m/s."""
    cell = START_CELLS[rng.integers(len(START_CELLS))]
    height_m = rng.uniform(_LEAST_HEIGHT_M, _MOST_HEIGHT_M)
    position_m = rng.uniform(*cell.x_m), height_m, rng.uniform(_LEAST_DEPTH_M, cell.z_m[1])
    velocity_mps = rng.uniform(*cell.vx_mps), rng.uniform(*VERTICAL_SPEED_MPS)
    return np.array(position_m), np.array([*velocity_mps, rng.uniform(*cell.vz_mps)])


def _draw_place(rng: np.random.Generator) -> np.ndarray:
    """Draw where a ball is at one of twenty times after such a start, (3,) metres."""
    start_m, velocity_mps = _draw_start(rng)
    positions_m, _ = physics.simulate(start_m[None], velocity_mps[None])
    return positions_m[0, rng.integers(physics.N_FRAMES)]


def _draw_color(rng: np.random.Generator) -> np.ndarray:
    """Draw a colour, (3,); one channel of a dark one is drawn again, in the upper half."""
    color = rng.uniform(size=3)
    if (color < VISIBLE).all():
        color[rng.integers(3)] = rng.uniform(VISIBLE, 1.0)
    return color
