"""Pictures of the ball (section 4.2.1): rays cast at ten times the size, then averaged.

Only the frame pixels that a ball can touch are computed; the rest is the empty scene, drawn
once. The camera geometry and the reflectance come from TensorFlow Graphics.
"""

import functools
import math
from typing import NamedTuple

import numpy as np

from pipelines.making.ball import background, camera

RADIUS_M = 0.5
# One directional light, fixed to the camera (eye coordinates), of full diffuse strength.
LIGHT_DIRECTION = (0.0, 1.0, 4.0)
AMBIENT = 0.2
# Small enough for the arrays to stay in the processor's cache: larger is slower.
_FRAMES_AT_ONCE = 32


class _Blocks(NamedTuple):
    """The canvas, cut into one block of rays for each frame pixel.

    Attributes:
        rays: (pixel, ray, 3) float32 unit directions in eye space.
        axes: (pixel, 3) float32 unit directions through the middles of the blocks.
        half_angle_rad: largest angle between a ray and its block's axis.
        empty: (pixel, ray, 3) float32, the empty scene at each ray.
        empty_frame: (pixel, 3) float32, its mean over the rays.
    """

    rays: np.ndarray
    axes: np.ndarray
    half_angle_rad: float
    empty: np.ndarray
    empty_frame: np.ndarray


def render_frames(positions_m: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Draw one frame for each ball position.

    A ball that is off screen, behind the camera or beyond the far plane is not drawn. A
    ball hides the grid wherever they overlap, which is right for centres at y >= 0. Of several
    balls a ray shows the one that it meets first.

    Args:
        positions_m: (n, 3) world positions of the ball's centre in metres, or (n, balls, 3).
        colors: of the same shape, red, green and blue in [0, 1].

    Returns:
        (n, 32, 32, 3) float32 frames in [0, 1]. A frame does not depend on the others.

    Raises:
        ValueError: if a shape is neither of these, a position is not finite or a colour lies
            outside [0, 1].
    """
    positions_m = np.asarray(positions_m, np.float64)
    colors = np.asarray(colors, np.float32)
    _check_input(positions_m, colors)
    if positions_m.ndim == 2:
        positions_m, colors = positions_m[:, None], colors[:, None]
    centers_m = camera.world_to_eye(positions_m).astype(np.float32)
    frames = np.repeat(_blocks().empty_frame[None], len(positions_m), axis=0)
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        part = slice(start, start + _FRAMES_AT_ONCE)
        frame, pixel = _touched_pixels(centers_m[part])
        frames[part][frame, pixel] = _cast_rays(centers_m[part][frame], colors[part][frame], pixel)
    return frames.reshape(-1, camera.FRAME_SIZE, camera.FRAME_SIZE, 3)


@functools.cache
def _blocks() -> _Blocks:
    """Cut the canvas into blocks, once in a process."""
    rays = _cut(camera.pixel_rays())
    axes = rays.mean(axis=1)
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    cosines = np.einsum("prc,pc->pr", rays, axes)
    empty = _cut(background.canvas())
    return _Blocks(
        rays=rays.astype(np.float32),
        axes=axes.astype(np.float32),
        half_angle_rad=float(np.arccos(cosines.min())),
        empty=empty,
        empty_frame=empty.mean(axis=1),
    )


def _cut(canvas: np.ndarray) -> np.ndarray:
    """Rearrange a (height, width, 3) canvas as (pixel, ray, 3)."""
    size, step = camera.FRAME_SIZE, camera.SUPERSAMPLING
    blocks = canvas.reshape(size, step, size, step, 3).swapaxes(1, 2)
    return np.ascontiguousarray(blocks.reshape(size * size, step * step, 3))


def _touched_pixels(centers_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the frame pixels that balls may cover.

    A ball fills a cone around the direction of its centre; a pixel's rays fill another.
    Only where the two overlap can a ray hit.

    Args:
        centers_m: (n, balls, 3) float32 ball centres in eye space, metres.

    Returns:
        The frame index and the pixel index of each of the m pairs, two (m,) arrays.
    """
    blocks = _blocks()
    distance_m = np.linalg.norm(centers_m, axis=-1, keepdims=True)
    distance_m = np.maximum(distance_m, RADIUS_M)  # an eye inside the ball sees no front side
    # A thousandth of a radian on top, for rounding.
    angle_rad = np.arcsin(RADIUS_M / distance_m) + blocks.half_angle_rad + 1e-3
    cosines = (centers_m / distance_m) @ blocks.axes.T
    return np.nonzero((cosines >= np.cos(angle_rad)).any(axis=1))


def _cast_rays(centers_m: np.ndarray, colors: np.ndarray, pixel: np.ndarray) -> np.ndarray:
    """Cast the rays of some frame pixels at the balls of their frames.

    `einsum` and not a matrix product: its sums run in one order whatever the number of rows,
    so that a frame's bytes do not depend on its batch.

    Args:
        centers_m: (m, balls, 3) float32 ball centres in eye space, metres.
        colors: (m, balls, 3) float32 ball colours in [0, 1].
        pixel: (m,) indices of the frame pixels.

    Returns:
        (m, 3) float32 colours in [0, 1], the mean over each pixel's rays.
    """
    rays, shown = _blocks().rays[pixel], _blocks().empty[pixel]
    nearest_m = np.full(rays.shape[:2], np.inf, np.float32)
    for ball in range(centers_m.shape[1]):
        hit_m = _first_hits(rays, centers_m[:, ball])
        seen = hit_m < nearest_m
        nearest_m[seen] = hit_m[seen]
        pair, _ = np.nonzero(seen)
        normals = (hit_m[seen, None] * rays[seen] - centers_m[pair, ball]) / RADIUS_M
        shown[seen] = _shade(normals, -rays[seen], colors[pair, ball])
    return shown.mean(axis=1)


def _first_hits(rays: np.ndarray, centers_m: np.ndarray) -> np.ndarray:
    """Return how far along each ray its ball is met.

    Args:
        rays: (m, ray, 3) float32 unit directions in eye space.
        centers_m: (m, 3) float32 ball centres in eye space, metres.

    Returns:
        (m, ray) float32 metres; infinite where the ball is not seen.
    """
    # Along each ray to the point nearest the centre, and from the centre to that point.
    middle_m = np.einsum("mrc,mc->mr", rays, centers_m)
    miss_m = middle_m[..., None] * rays - centers_m[:, None]
    inside_m2 = RADIUS_M**2 - np.einsum("mrc,mrc->mr", miss_m, miss_m)
    hit_m = middle_m - np.sqrt(np.maximum(inside_m2, 0.0))
    depth_m = -hit_m * rays[..., 2]
    seen = (inside_m2 >= 0) & (depth_m >= camera.NEAR_M) & (depth_m <= camera.FAR_M)
    return np.where(seen, hit_m, np.float32(np.inf))


def _shade(normals: np.ndarray, to_eye: np.ndarray, albedo: np.ndarray) -> np.ndarray:
    """Light points of a matt surface.

    Args:
        normals: (k, 3) float32 unit normals in eye space.
        to_eye: (k, 3) float32 unit directions to the eye.
        albedo: (k, 3) float32 colours of the surface in [0, 1].

    Returns:
        (k, 3) float32 colours in [0, 1].
    """
    import tensorflow as tf
    from tensorflow_graphics.rendering.reflectance import lambertian

    to_light = np.array(LIGHT_DIRECTION, np.float32) / np.float32(math.hypot(*LIGHT_DIRECTION))
    # The same bytes on every machine, and the accelerator is left to the training.
    with tf.device("CPU:0"):
        reflectance = lambertian.brdf(-to_light, to_eye, normals, albedo).numpy()
    facing = np.maximum(np.einsum("kc,c->k", normals, to_light), 0.0)[:, None]
    # The light's strength is pi, so that a surface that faces it shows its full colour.
    return np.minimum(AMBIENT * albedo + math.pi * facing * reflectance, 1.0)


def _check_input(positions_m: np.ndarray, colors: np.ndarray) -> None:
    """Refuse positions and colours that cannot be drawn."""
    shape = positions_m.shape
    if shape != colors.shape or len(shape) not in (2, 3) or shape[-1] != 3:
        raise ValueError(
            "positions_m and colors must both have shape (n, 3) or (n, balls, 3). "
            f"Received: {shape} and {colors.shape}"
        )
    if not np.isfinite(positions_m).all():
        raise ValueError("positions_m must be finite. Received: NaN or infinity")
    if not ((colors >= 0) & (colors <= 1)).all():
        raise ValueError(
            f"colors must lie in [0, 1]. Received: {colors.min():g} to {colors.max():g}"
        )
