"""Balls of which one thing changes."""

import numpy as np
import pytest

from pipelines.making.ball import probes


def draw(kind, index=0):
    return probes.KINDS[kind](np.random.default_rng(index))


def test_one_place_in_twenty_colours():
    group = draw("colors_at_a_place")
    assert group.positions_m.shape == group.colors.shape == (20, 3)
    assert not np.ptp(group.positions_m, axis=0).any()
    assert (np.ptp(group.colors, axis=0) > 0.3).all()


def test_line_is_level_and_its_places_are_evenly_spaced():
    group = draw("places_on_a_line")
    steps = np.diff(group.positions_m, axis=0)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[:1], steps.shape), atol=1e-12)
    assert (steps[:, 1] == 0).all()
    assert (steps[0, [0, 2]] != 0).all()
    assert not np.ptp(group.colors, axis=0).any()


def test_places_anywhere_differ_in_height_too():
    group = draw("places_anywhere")
    assert (group.positions_m.std(axis=0) > 0.2).all()
    assert not np.ptp(group.colors, axis=0).any()


@pytest.mark.parametrize("kind", probes.KINDS)
def test_no_colour_is_dark_and_no_ball_below_the_ground(kind):
    for index in range(30):
        group = draw(kind, index)
        assert (group.colors.max(axis=1) >= probes.VISIBLE).all()
        assert (group.positions_m[:, 1] >= 0).all()


def test_every_picture_of_a_group_that_is_kept_shows_a_ball():
    frames, n_left_out = probes.render_groups("places_anywhere", n_groups=3)
    assert frames.shape == (3, 20, 32, 32, 3)
    assert frames.dtype == np.uint8
    assert n_left_out >= 0
    assert (frames.max(axis=(2, 3, 4)) >= 128).all()
    again, _ = probes.render_groups("places_anywhere", n_groups=2)
    np.testing.assert_array_equal(again, frames[:2])
    other, _ = probes.render_groups("places_anywhere", seed=1, n_groups=1)
    assert (other[0] != frames[0]).any()


def test_anchor_is_in_view_in_every_colour():
    frames = probes.render_anchor()
    assert frames.shape == (len(probes.ANCHOR_COLORS), 32, 32, 3)
    # White beside red: only the other channels differ where the ball is.
    white, red = frames[0].astype(int), frames[1].astype(int)
    assert (white[..., 0] == red[..., 0]).all()
    assert ((white - red)[..., 1:] > 50).any()
