import numpy as np
import pytest

from sps_tf.training.motion import describe_motion, measure_motion

SIZE = 64


def squares(x, y, half=4):
    """Return (n, 1, SIZE, SIZE, 1) frames with a bright square about each place."""
    places = np.arange(SIZE)
    half = np.broadcast_to(half, x.shape)[:, None]
    in_x = np.abs(places - x[:, None]) <= half
    in_y = np.abs(places - y[:, None]) <= half
    return (255 * (in_y[:, :, None] & in_x[:, None, :])[:, None, ..., None]).astype(np.uint8)


@pytest.fixture
def places():
    return np.random.default_rng(0).uniform(10, 54, (2, 400))


def test_a_square_that_goes_anywhere_moves_in_two_ways(places):
    motion = measure_motion(squares(*places))
    assert motion.n_ways == 2
    np.testing.assert_allclose([motion.x, motion.y], places.std(axis=1) / SIZE, rtol=0.05)
    assert motion.log_size < 0.1


def test_on_a_line_it_moves_in_one_way_though_both_places_change(places):
    motion = measure_motion(squares(places[0], places[0]))
    assert motion.n_ways == 1
    assert min(motion.x, motion.y) > 0.1


def test_a_size_that_changes_is_a_way_of_its_own(places):
    half = np.random.default_rng(1).uniform(2, 8, 400)
    assert measure_motion(squares(*places, half)).n_ways == 3


def test_noise_and_frames_without_anything_do_not_count(places):
    frames = squares(*places)
    frames[::5] = 0
    noise = np.random.default_rng(2).integers(0, 10, frames.shape)
    assert measure_motion(np.clip(frames + noise, 0, 255).astype(np.uint8)).n_ways == 2
    assert measure_motion(noise.astype(np.uint8)) is None


def test_more_latents_than_ways_are_told_with_the_flags_that_mend_it(places):
    text = describe_motion(squares(*places), n_latents=3)
    assert ": 2 ways.\nThe model has 3 latents" in text
    assert "--config.model.latent.content=\"('x','y')\" --config.model.group.name=\"R2\"" in text
    assert "The model has" not in describe_motion(squares(*places), n_latents=2)
    one_way = describe_motion(squares(places[0], places[0]), n_latents=3)
    assert ": 1 way.\n" in one_way
    assert '"(\'x\',)" --config.model.group.name="R1"' in one_way
