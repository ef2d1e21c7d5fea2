"""Motion of the bouncing ball (section 4.2.1): exact, without a time step of its own.

World axes: x right, y up, z away from the camera. The position is that of the ball's centre;
the ball bounces when y reaches 0, which is when its lowest point touches the ground.
"""

import numpy as np

GRAVITY_MPS2 = 10.0
# A bounce keeps 81 % of the energy, which is 0.9 of the speed.
SPEED_KEPT = 0.9
N_FRAMES = 20
FRAME_SECS = 0.2


def simulate(
    position_m: np.ndarray,
    velocity_mps: np.ndarray,
    n_frames: int = N_FRAMES,
    frame_secs: float = FRAME_SECS,
) -> tuple[np.ndarray, np.ndarray]:
    """Follow balls from their start, one sample a frame.

    x and z move uniformly. The flights between bounces shrink as a geometric series, so the
    number of bounces before any instant has a closed form: nothing is stepped, nothing is
    lost inside a frame, and the endless tiny bounces before rest cost nothing.

    Args:
        position_m: (n, 3) metres at the first frame, y at least 0.
        velocity_mps: (n, 3) metres a second at the first frame.
        n_frames: number of frames, the start included. Default 20.
        frame_secs: seconds between frames. Default 0.2.

    Returns:
        Positions (n, n_frames, 3) in metres and velocities (n, n_frames, 3) in metres a
        second, float64. At the very instant of a bounce the velocity is the one after it.

    Raises:
        ValueError: if a shape is not (n, 3), a value is not finite or a ball starts below 0.
    """
    position_m = np.asarray(position_m, np.float64)
    velocity_mps = np.asarray(velocity_mps, np.float64)
    _check_start(position_m, velocity_mps)
    secs = np.arange(n_frames) * frame_secs
    positions = position_m[:, None] + velocity_mps[:, None] * secs[:, None]
    velocities = np.broadcast_to(velocity_mps[:, None], positions.shape).copy()
    positions[..., 1], velocities[..., 1] = height_after(
        position_m[:, 1:2], velocity_mps[:, 1:2], secs
    )
    return positions, velocities


def height_after(
    height_m: np.ndarray, speed_mps: np.ndarray, secs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Compute height and vertical speed a given time after the start.

    With e the share of the speed kept and v the speed after the first bounce, flight k lasts
    2 v e^k / g, and k flights together last 2 v (1 - e^k) / (g (1 - e)): solving the latter
    for k gives the flight that the instant falls in.

    Args:
        height_m: start heights in metres, at least 0; the three arguments broadcast.
        speed_mps: upward speeds at the start in metres a second.
        secs: seconds since the start, at least 0.

    Returns:
        Heights in metres and upward speeds in metres a second, of the broadcast shape. After
        the last of the (infinitely many) bounces both are 0.
    """
    impact_mps = np.sqrt(speed_mps**2 + 2 * GRAVITY_MPS2 * height_m)
    fall_secs = (speed_mps + impact_mps) / GRAVITY_MPS2
    falling = secs < fall_secs

    first_mps = SPEED_KEPT * impact_mps
    bouncing_secs = 2 * first_mps / (GRAVITY_MPS2 * (1 - SPEED_KEPT))
    since_impact_secs = np.maximum(secs - fall_secs, 0.0)
    resting = ~falling & (since_impact_secs >= bouncing_secs)
    # The share of the bouncing time still to come is e^k when flight k starts. At rest and
    # before the first bounce it is not used: any positive number keeps the logarithm finite.
    share_left = np.ones_like(since_impact_secs)
    np.divide(bouncing_secs - since_impact_secs, bouncing_secs, out=share_left, where=~resting)
    n_flights = np.log(share_left) / np.log(SPEED_KEPT)
    # An instant that rounding puts just short of a bounce belongs to the flight after it.
    kept = SPEED_KEPT ** np.floor(n_flights + 1e-9)
    flight_secs = bouncing_secs * (kept - share_left)
    launch_mps = first_mps * kept

    from_mps = np.where(falling, speed_mps, launch_mps)
    within_secs = np.where(falling, secs, flight_secs)
    height = np.where(falling, height_m, 0.0) + within_secs * (
        from_mps - 0.5 * GRAVITY_MPS2 * within_secs
    )
    speed = from_mps - GRAVITY_MPS2 * within_secs
    # Rounding may leave a landing ball a hair below the ground.
    return np.where(resting, 0.0, np.maximum(height, 0.0)), np.where(resting, 0.0, speed)


def _check_start(position_m: np.ndarray, velocity_mps: np.ndarray) -> None:
    """Refuse starts that the closed form does not cover."""
    if position_m.ndim != 2 or position_m.shape[1] != 3 or position_m.shape != velocity_mps.shape:
        raise ValueError(
            "position_m and velocity_mps must both have shape (n, 3). "
            f"Received: {position_m.shape} and {velocity_mps.shape}"
        )
    if not (np.isfinite(position_m).all() and np.isfinite(velocity_mps).all()):
        raise ValueError("position_m and velocity_mps must be finite. Received: NaN or infinity")
    if (position_m[:, 1] < 0).any():
        raise ValueError(
            f"Balls must start at height y >= 0. Received: {position_m[:, 1].min():g} m"
        )
