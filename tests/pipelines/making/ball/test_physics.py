"""The ball's motion, against an event-by-event reference, closed forms and the energy."""

import math

import numpy as np
import pytest

from pipelines.making.ball.physics import GRAVITY_MPS2, SPEED_KEPT, height_after, simulate


def follow_bounces(y, v, secs):
    """Reference: go from bounce to bounce, one ball and one instant at a time."""
    while y > 0 or abs(v) > 1e-12:  # endlessly many bounces end in rest
        to_ground = (v + math.sqrt(v * v + 2 * GRAVITY_MPS2 * y)) / GRAVITY_MPS2
        if to_ground > secs:
            return y + v * secs - GRAVITY_MPS2 / 2 * secs**2, v - GRAVITY_MPS2 * secs
        v = SPEED_KEPT * (GRAVITY_MPS2 * to_ground - v)
        y, secs = 0.0, secs - to_ground
    return 0.0, 0.0


def one(y, v, secs):
    height, speed = height_after(np.array([y]), np.array([v]), np.array([secs]))
    return height[0], speed[0]


def energies(heights, speeds):
    return GRAVITY_MPS2 * heights + speeds**2 / 2


def test_random_throws_follow_the_event_by_event_reference():
    generator = np.random.default_rng(0)
    y, v = generator.uniform(0, 3, 200), generator.uniform(-8, 8, 200)
    secs = generator.uniform(0, 6, 200)
    expected = np.array([follow_bounces(*start) for start in zip(y, v, secs, strict=True)])
    height, speed = height_after(y, v, secs)
    np.testing.assert_allclose(height, expected[:, 0], atol=1e-9)
    np.testing.assert_allclose(speed, expected[:, 1], atol=1e-8)


def test_first_bounce_by_hand():
    # Dropped from 1.25 m: 0.5 s to the ground, 5 m/s; back up with 4.5 m/s to 1.0125 m.
    assert one(1.25, 0.0, 0.3) == pytest.approx((1.25 - 0.45, -3.0))
    assert one(1.25, 0.0, 0.95) == pytest.approx((1.0125, 0.0))
    assert one(1.25, 0.0, 0.5 + 0.9 + 0.1) == pytest.approx((0.405 - 0.05, 4.05 - 1.0))


def test_at_the_instant_of_a_bounce_the_ball_is_on_the_ground_and_rising():
    assert one(1.25, 0.0, 0.5) == pytest.approx((0.0, 4.5))
    assert one(1.25, 0.0, 1.4) == pytest.approx((0.0, 4.05))


def test_several_bounces_inside_one_frame_are_all_taken():
    # Dropped from 1 cm: the flights last under 0.1 s, a frame 0.5 s.
    positions, velocities = simulate([[0, 0.01, 0]], [[0, 0, 0]], n_frames=2, frame_secs=0.5)
    expected = follow_bounces(0.01, 0.0, 0.5)
    assert (positions[0, 1, 1], velocities[0, 1, 1]) == pytest.approx(expected, abs=1e-9)


def test_energy_holds_between_bounces_and_falls_to_81_percent_at_each():
    secs = np.linspace(0, 4, 4001)
    energy = energies(*height_after(np.array([1.0]), np.array([3.0]), secs))
    ratios = energy[1:] / energy[:-1]
    lossless = np.abs(ratios - 1) < 1e-6
    n_bounces = (~lossless).sum()
    assert n_bounces == 4
    np.testing.assert_allclose(ratios[~lossless], SPEED_KEPT**2, rtol=1e-6)


def test_endless_tiny_bounces_end_in_rest():
    # All flights after a fall from 0.05 m take 2 * 0.9 * 1 / (10 * 0.1) = 1.8 s, the fall 0.1 s.
    heights, speeds = height_after(np.array([0.05]), np.array([0.0]), np.array([1.89, 1.91, 1e9]))
    assert 0 <= heights[0] < 1e-3
    assert heights[1:].tolist() == [0, 0] and speeds[1:].tolist() == [0, 0]


def test_approach_to_rest_stays_finite_and_above_ground():
    secs = 1.9 - np.geomspace(1, 1e-18, 500)
    heights, speeds = height_after(np.array([0.05]), np.array([0.0]), secs)
    assert np.isfinite(heights).all() and np.isfinite(speeds).all()
    assert (heights >= 0).all()
    assert np.abs(speeds[-1]) < 1e-6


def test_ball_lying_on_the_ground_stays_there():
    positions, velocities = simulate([[1, 0, 2]], [[0.5, 0, 0]])
    assert not positions[..., 1].any() and not velocities[..., 1].any()


def test_ball_thrown_down_from_the_ground_bounces_at_once():
    assert one(0.0, -2.0, 0.1) == pytest.approx((1.8 * 0.1 - 0.05, 0.8))


def test_x_and_z_move_uniformly_and_frame_0_is_the_start():
    positions, velocities = simulate([[1, 1, 2], [0, 1, 0]], [[0.5, 4, -1], [0, 0, 0]])
    assert positions.shape == velocities.shape == (2, 20, 3)
    np.testing.assert_array_equal(positions[0, 0], [1, 1, 2])
    np.testing.assert_array_equal(velocities[0, 0], [0.5, 4, -1])
    np.testing.assert_allclose(positions[0, 19, [0, 2]], [1 + 0.5 * 3.8, 2 - 3.8])
    assert (velocities[0, :, 0] == 0.5).all() and (velocities[0, :, 2] == -1).all()


@pytest.mark.parametrize(
    ("position", "velocity", "message"),
    [
        ([[0, -0.1, 0]], [[0, 0, 0]], "y >= 0"),
        ([[0, np.nan, 0]], [[0, 0, 0]], "finite"),
        ([0, 1, 0], [0, 0, 0], r"shape \(n, 3\)"),
        ([[0, 1, 0]], [[0, 0, 0], [0, 0, 0]], r"shape \(n, 3\)"),
    ],
)
def test_starts_outside_the_closed_form_are_refused(position, velocity, message):
    with pytest.raises(ValueError, match=message):
        simulate(position, velocity)
