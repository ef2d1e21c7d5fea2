"""Pictures of the ball (section 4.2.1): rays cast at ten times the size, then averaged.

Only the frame pixels that a ball can touch are computed; the rest is the empty scene, drawn
once. The camera geometry comes from TensorFlow Graphics, and so did the reflectance: its checks
and its conversions cost more than the light, so that its formula stands here.
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
_FRAMES_AT_ONCE = 20


class _Blocks(NamedTuple):
    """The canvas, cut into one block of rays for each frame pixel.

    The axis of the pixels is the last, along which NumPy is fastest.

    Attributes:
        rays: (3, ray, pixel) float32 unit directions in eye space.
        axes: (pixel, 3) float32 unit directions through the middles of the blocks.
        half_angle_rad: (pixel,) float32, largest angle between a ray and its block's axis.
        empty: (ray, pixel) float32, the grey of the empty scene at each ray.
        empty_frame: (pixel, 3) float32, its mean over the rays.
    """

    rays: np.ndarray
    axes: np.ndarray
    half_angle_rad: np.ndarray
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
        rays=_pixels_last(rays),
        axes=axes.astype(np.float32),
        half_angle_rad=np.arccos(cosines.min(axis=1)).astype(np.float32),
        empty=_pixels_last(empty)[0],
        empty_frame=empty.mean(axis=1),
    )


def _cut(canvas: np.ndarray) -> np.ndarray:
    """Rearrange a (height, width, 3) canvas as (pixel, ray, 3)."""
    size, step = camera.FRAME_SIZE, camera.SUPERSAMPLING
    blocks = canvas.reshape(size, step, size, step, 3).swapaxes(1, 2)
    return np.ascontiguousarray(blocks.reshape(size * size, step * step, 3))


def _pixels_last(blocks: np.ndarray) -> np.ndarray:
    """Rearrange (pixel, ray, 3) as (3, ray, pixel) float32."""
    return np.ascontiguousarray(blocks.transpose(2, 1, 0), np.float32)


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

    Sums are written out or run along the first axis: their order does not depend on the number of
    pixels, so that a frame's bytes do not depend on its batch.

    Args:
        centers_m: (m, balls, 3) float32 ball centres in eye space, metres.
        colors: (m, balls, 3) float32 ball colours in [0, 1].
        pixel: (m,) indices of the frame pixels.

    Returns:
        (m, 3) float32 colours in [0, 1], the mean over each pixel's rays.
    """
    blocks, n_balls = _blocks(), centers_m.shape[1]
    rays = blocks.rays.take(pixel, axis=2, mode="clip")  # the quickest mode
    shown = [blocks.empty.take(pixel, axis=1, mode="clip")] * 3
    nearest_m = np.float32(np.inf)
    for ball in range(n_balls):
        center_m, albedo = centers_m[:, ball].T.copy(), colors[:, ball].T.copy()
        hit_m, seen = _first_hits(rays, center_m)
        if n_balls > 1:
            seen &= hit_m < nearest_m
            nearest_m = np.where(seen, hit_m, nearest_m)
        light = _light(rays, center_m, hit_m)
        for channel in range(3):
            lit = light * (albedo[channel] / np.float32(math.pi))
            lit += AMBIENT * albedo[channel]
            shown[channel] = np.where(seen, np.minimum(lit, 1.0, out=lit), shown[channel])
    return np.stack([values.sum(axis=0) for values in shown], axis=1) / np.float32(len(rays[0]))


def _first_hits(rays: np.ndarray, center_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how far along each ray its ball is met.

    Args:
        rays: (3, ray, m) float32 unit directions in eye space.
        center_m: (3, m) float32 ball centres in eye space, metres.

    Returns:
        (ray, m) float32 metres, and whether the ball is seen there.
    """
    # Along each ray to the point nearest the centre, and from the centre to that point.
    middle_m = _dot(rays, center_m)
    miss_m2 = None
    for ray, center in zip(rays, center_m, strict=True):
        miss_m = middle_m * ray
        miss_m -= center
        miss_m *= miss_m
        miss_m2 = miss_m if miss_m2 is None else np.add(miss_m2, miss_m, out=miss_m2)
    inside_m2 = np.subtract(np.float32(RADIUS_M**2), miss_m2, out=miss_m2)
    seen = inside_m2 >= 0
    hit_m = np.maximum(inside_m2, 0.0, out=inside_m2)
    hit_m = np.subtract(middle_m, np.sqrt(hit_m, out=hit_m), out=hit_m)
    depth_m = -center_m[2]
    reach_m = RADIUS_M + 0.01  # for rounding
    if depth_m.min() - reach_m < camera.NEAR_M or depth_m.max() + reach_m > camera.FAR_M:
        depth_m = -hit_m * rays[2]
        seen &= (depth_m >= camera.NEAR_M) & (depth_m <= camera.FAR_M)
    return hit_m, seen


def _light(rays: np.ndarray, center_m: np.ndarray, hit_m: np.ndarray) -> np.ndarray:
    """Return how much of the directional light points of a matt ball receive.

    The light's strength is pi: divided by it, as the albedo is (Lambert's law), a surface that
    faces the light shows its full colour. A point that a ray meets first faces the eye.

    Args:
        rays: (3, ray, m) float32 unit directions in eye space.
        center_m: (3, m) float32 ball centres in eye space, metres.
        hit_m: (ray, m) float32 metres along each ray to the point.

    Returns:
        (ray, m) float32, 0 to pi.
    """
    to_light = np.array(LIGHT_DIRECTION, np.float32) / np.float32(math.hypot(*LIGHT_DIRECTION))
    facing = None
    for axis in np.flatnonzero(to_light):
        normal = hit_m * rays[axis]
        normal -= center_m[axis]
        normal /= np.float32(RADIUS_M)
        normal *= to_light[axis]
        facing = normal if facing is None else np.add(facing, normal, out=facing)
    facing = np.maximum(facing, 0.0, out=facing)
    facing *= np.float32(math.pi)
    return facing


def _dot(rays: np.ndarray, center_m: np.ndarray) -> np.ndarray:
    """Return the (ray, m) products of directions (3, ray, m) with vectors (3, m)."""
    total = rays[0] * center_m[0]
    total += rays[1] * center_m[1]
    total += rays[2] * center_m[2]
    return total


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
