"""Balls beside the splits of the colourful data set: rendered once for it, and kept there."""

import functools
from pathlib import Path

import numpy as np

from datasets.kept_frames import digest, keep_frames
from pipelines.making.ball import (
    background,
    camera,
    physics,
    probes,
    render_frames,
    renderer,
    trajectories,
)

CHANGES_FILE = ".changes.npz"
_SOURCES = (background, camera, physics, probes, renderer, trajectories)


def ball_changes(folder: Path) -> dict[str, np.ndarray]:
    """Return balls of which one thing changes, for Tables 8 and 9 and Figure 14.

    Args:
        folder: that of the data set, see `keep_frames`.

    Returns:
        (group, 20, 32, 32, 3) uint8 for each of `probes.KINDS`, and the colours of Figure 14,
        (1, colour, 32, 32, 3), as `anchor_colors`.
    """
    version = digest(b"", _SOURCES)
    return keep_frames(folder / CHANGES_FILE, version, _render_changes)


def _render_changes() -> dict[str, np.ndarray]:
    found = {kind: probes.render_groups(kind) for kind in probes.KINDS}
    for kind, (frames, n_left_out) in found.items():
        print(f"Rendered {len(frames)} groups of balls, {kind}; {n_left_out} were not to be seen.")
    frames = {kind: frames for kind, (frames, _) in found.items()}
    return frames | {"anchor_colors": probes.render_anchor()[None]}


def green_balls(folder: Path, split: str, positions_m: np.ndarray) -> np.ndarray:
    """Return a split's motions as a green ball shows them, for Table 10.

    Args:
        folder: that of the data set, see `keep_frames`.
        split: its name.
        positions_m: (n, time, 3), the places of the split.

    Returns:
        (n, time, 32, 32, 3) uint8, as `sps_ball/green` of the same seed has them.
    """
    version = digest(positions_m.tobytes(), _SOURCES)
    render = functools.partial(_render_green, positions_m)
    return keep_frames(folder / f".green_{split}.npz", version, render)["frames"]


def _render_green(positions_m: np.ndarray) -> dict[str, np.ndarray]:
    flat = positions_m.reshape(-1, 3)
    frames = render_frames(flat, np.tile(np.float32(trajectories.GREEN), (len(flat), 1)))
    rounded = np.round(255 * np.asarray(frames)).astype(np.uint8)
    return {"frames": rounded.reshape(*positions_m.shape[:2], *rounded.shape[1:])}
