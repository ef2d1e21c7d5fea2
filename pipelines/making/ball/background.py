"""What stands behind the ball: a grey canvas with a black grid on the ground."""

import functools

import numpy as np

from pipelines.making.ball import camera

GREY = 0.4
GROUND_M = -0.5
GRID_SPACING_M = 2.0
GRID_REACH_M = 100.0
LINE_WIDTH_PX = 3


@functools.cache
def canvas() -> np.ndarray:
    """Draw the empty scene.

    Returns:
        (CANVAS_SIZE, CANVAS_SIZE, 3) float32 in [0, 1], top row first.
    """
    lines_seen = np.zeros((camera.CANVAS_SIZE, camera.CANVAS_SIZE), bool)
    for start_m, end_m in _grid_lines():
        ends_m = _clip_to_depth(camera.world_to_eye(np.stack([start_m, end_m])))
        if ends_m is not None:
            _draw_line(lines_seen, *camera.eye_to_canvas(ends_m))
    grey = np.where(lines_seen, 0.0, GREY).astype(np.float32)
    return np.repeat(grey[..., None], 3, axis=-1)


def _grid_lines() -> np.ndarray:
    """List the grid's lines as (n, 2, 3) world end points in metres."""
    n_steps = round(GRID_REACH_M / GRID_SPACING_M)
    offsets = np.arange(-n_steps, n_steps + 1) * GRID_SPACING_M
    reach = np.full_like(offsets, GRID_REACH_M)
    ground = np.full_like(offsets, GROUND_M)
    along_z = [np.stack([offsets, ground, end], axis=-1) for end in (-reach, reach)]
    along_x = [np.stack([end, ground, offsets], axis=-1) for end in (-reach, reach)]
    return np.concatenate([np.stack(along_z, axis=1), np.stack(along_x, axis=1)])


def _clip_to_depth(ends_m: np.ndarray) -> np.ndarray | None:
    """Cut a line at the near and the far plane.

    Args:
        ends_m: (2, 3) eye-space end points in metres.

    Returns:
        The (2, 3) end points of what is left, or None.
    """
    depth_m = -ends_m[:, 2]
    span_m = depth_m[1] - depth_m[0]
    if abs(span_m) < 1e-9:
        return ends_m if camera.NEAR_M <= depth_m[0] <= camera.FAR_M else None
    crossings = (np.array([camera.NEAR_M, camera.FAR_M]) - depth_m[0]) / span_m
    enter, leave = max(crossings.min(), 0.0), min(crossings.max(), 1.0)
    if enter >= leave:
        return None
    shares = np.array([[enter], [leave]])
    return ends_m[0] + shares * (ends_m[1] - ends_m[0])


def _draw_line(seen: np.ndarray, start_px: np.ndarray, end_px: np.ndarray) -> None:
    """Mark the pixels whose centres lie in the rectangle around one line.

    Args:
        seen: (CANVAS_SIZE, CANVAS_SIZE) bool, changed in place.
        start_px: (2,) column and row of one end.
        end_px: (2,) column and row of the other.
    """
    length_px = np.hypot(*(end_px - start_px))
    direction = (end_px - start_px) / length_px
    centers = np.arange(camera.CANVAS_SIZE) + 0.5
    right_px, down_px = centers - start_px[0], centers[:, None] - start_px[1]
    along_px = right_px * direction[0] + down_px * direction[1]
    beside_px = right_px * direction[1] - down_px * direction[0]
    # Half open, so that a line along the pixels' edges is as wide as any other.
    within = (beside_px >= -LINE_WIDTH_PX / 2) & (beside_px < LINE_WIDTH_PX / 2)
    seen |= within & (along_px >= 0) & (along_px <= length_px)
