"""Camera of the ball video: one fixed perspective view (figure 4).

Drawn space is x right, y up, z toward the camera: a ball at world (x, y, z) is drawn at
(x, y, -z). Eye space has the camera at the origin, looking along -z.
"""

import functools

import numpy as np

EYE_M = (0.0, 4.0, 2.0)
LOOK_AT_M = (0.0, 0.0, -5.0)
UP = (0.0, 1.0, 0.0)
NEAR_M = 1.0
FAR_M = 15.0
# The frustum is square and symmetric: it spans +-0.8 m at 1 m from the eye.
TAN_HALF_VIEW = 0.8

FRAME_SIZE = 32
# Each frame is drawn ten times larger and reduced by area averaging.
SUPERSAMPLING = 10
CANVAS_SIZE = FRAME_SIZE * SUPERSAMPLING


@functools.cache
def view_matrix() -> np.ndarray:
    """Build the (4, 4) matrix from drawn space to eye space, float64."""
    import tensorflow as tf
    from tensorflow_graphics.geometry.transformation import look_at

    with tf.device("CPU:0"):
        matrix = look_at.right_handed(*(np.array(v, np.float64) for v in (EYE_M, LOOK_AT_M, UP)))
    return matrix.numpy()


@functools.cache
def projection_matrix() -> np.ndarray:
    """Build the (4, 4) matrix from eye space to clip space, float64."""
    import tensorflow as tf
    from tensorflow_graphics.rendering.camera import perspective

    view_angle_rad = 2 * np.arctan(TAN_HALF_VIEW)
    with tf.device("CPU:0"):
        matrix = perspective.right_handed(
            *(np.array([v], np.float64) for v in (view_angle_rad, 1.0, NEAR_M, FAR_M))
        )
    return matrix.numpy()


@functools.cache
def pixel_rays() -> np.ndarray:
    """Build the unit direction through the centre of every canvas pixel.

    Returns:
        (CANVAS_SIZE, CANVAS_SIZE, 3) float64 directions in eye space, top row first.
    """
    import tensorflow as tf
    from tensorflow_graphics.rendering.camera import perspective

    centers = np.arange(CANVAS_SIZE) + 0.5
    columns_rows = np.stack(np.meshgrid(centers, centers), axis=-1)
    half = CANVAS_SIZE / 2
    with tf.device("CPU:0"):
        rays = perspective.ray(
            columns_rows,
            focal=np.full(2, half / TAN_HALF_VIEW),
            principal_point=np.full(2, half),
        )
    # The pinhole model looks along +z with rows counted downward; eye space does neither.
    rays = rays.numpy() * (1.0, -1.0, -1.0)
    return rays / np.linalg.norm(rays, axis=-1, keepdims=True)


def world_to_eye(positions_m: np.ndarray) -> np.ndarray:
    """Move world positions into eye space.

    Args:
        positions_m: (..., 3) world positions in metres, z away from the camera.

    Returns:
        (..., 3) float64 positions in metres, seen from the eye; depth is minus the third.
    """
    drawn_m = np.asarray(positions_m, np.float64) * (1.0, 1.0, -1.0)
    matrix = view_matrix()
    # `einsum` sums in one order whatever the number of rows; a matrix product may not.
    return np.einsum("...j,ij->...i", drawn_m, matrix[:3, :3]) + matrix[:3, 3]


def eye_to_canvas(positions_m: np.ndarray) -> np.ndarray:
    """Project eye-space positions onto the canvas.

    Args:
        positions_m: (..., 3) eye-space positions in metres, in front of the camera.

    Returns:
        (..., 2) float64 column and row in canvas pixels; (0, 0) is the canvas' top left corner
        and pixel centres lie at halves.
    """
    homogeneous = np.concatenate([positions_m, np.ones_like(positions_m[..., :1])], axis=-1)
    clip = homogeneous @ projection_matrix().T
    device = clip[..., :2] / clip[..., 3:]
    return (device * (1.0, -1.0) + 1.0) * (CANVAS_SIZE / 2)
