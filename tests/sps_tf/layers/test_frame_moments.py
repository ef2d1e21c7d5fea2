"""The moments that say where things are in a picture."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.layers import FrameMoments


def adapted(frames: np.ndarray, size: int) -> tuple[FrameMoments, int]:
    moments = FrameMoments(size)
    return moments, moments.adapt(frames)


def blobs(n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return uint8 frames of a square on a grey pattern, and its row, column and brightness."""
    rng = np.random.default_rng(0)
    frames = np.full((n, 3, 16, 20, 3), 90, "uint8")
    frames[..., ::4, :, :] = 40
    truth = np.zeros((n, 3, 3))
    for i in range(n):
        for t in range(3):
            row, column, light = rng.integers(0, 13), rng.integers(0, 17), rng.integers(120, 250)
            frames[i, t, row : row + 3, column : column + 3] = (light, 90, 40)
            truth[i, t] = row, column, light
    return frames, truth


def test_latents_are_white_and_tell_place_and_size():
    frames, truth = blobs()
    moments, n_ways = adapted(frames, 3)
    z, _ = moments.latents(frames)
    assert (z.shape, z.dtype, n_ways) == (truth.shape, np.float32, 3)
    assert np.abs(z).max() < 3
    flat = 3 * np.arctanh(z.reshape(-1, 3) / 3)  # they are bent to stay within 3
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(np.cov(flat.T), np.eye(3), atol=1e-3)
    # The moments by hand, from the definition.
    unit = frames / 255.0
    energy = np.sqrt(((unit - np.median(unit.reshape(-1, 16, 20, 3), axis=0)) ** 2).sum(-1))
    y, x = np.linspace(-1, 1, 16)[:, None], np.linspace(-1, 1, 20)[None]
    mass = energy.sum(axis=(2, 3))
    faint = 1e-3 * mass.mean()
    centres = [(energy * axis).sum(axis=(2, 3)) / (mass + faint) for axis in (x, y)]
    by_hand = np.stack([np.log(mass + 10 * faint), *centres], -1).reshape(-1, 3)
    inputs = np.c_[flat, np.ones(len(flat))]
    fit = inputs @ np.linalg.lstsq(inputs, by_hand, rcond=None)[0]
    np.testing.assert_allclose(fit, by_hand, atol=2e-3)


def test_place_is_told_alike_for_bright_and_faint_things():
    frames, truth = blobs()
    z = 3 * np.arctanh(adapted(frames, 3)[0].latents(frames)[0].reshape(-1, 3) / 3)
    inputs, place = np.c_[z, np.ones(len(z))], truth[..., :2].reshape(-1, 2)
    fit = inputs @ np.linalg.lstsq(inputs, place, rcond=None)[0]
    assert np.mean((fit - place) ** 2) < 1e-3 * place.var()


def test_area_tells_the_size_whatever_the_colour():
    rng = np.random.default_rng(1)
    frames = np.full((200, 3, 16, 20, 3), 90, "uint8")
    sizes = rng.integers(2, 7, (200, 3))
    for i, t in np.ndindex(200, 3):
        row, column, size = rng.integers(0, 9), rng.integers(0, 13), sizes[i, t]
        color = rng.integers(150, 250, 3)
        frames[i, t, row : row + size, column : column + size] = color
    errors = {}
    for measure in ("mass", "area"):
        moments = FrameMoments(3, measure)
        moments.adapt(frames)
        z = 3 * np.arctanh(moments.latents(frames)[0].reshape(-1, 3) / 3)
        inputs, truth = np.c_[z, np.ones(len(z))], np.log(sizes.reshape(-1).astype(float))
        fit = inputs @ np.linalg.lstsq(inputs, truth, rcond=None)[0]
        errors[measure] = np.mean((fit - truth) ** 2) / truth.var()
    assert errors["area"] < 0.02 < errors["mass"]


@pytest.mark.parametrize(("size", "measure"), [(3, "mass"), (3, "area"), (5, "mass")])
def test_moments_of_a_shifted_picture_are_known_without_drawing_it(size, measure):
    frames, truth = blobs()
    frames[(frames == 40).all(axis=-1)] = 90  # one grey, so that what is shifted keeps its colour
    moments = FrameMoments(size, measure)
    moments.adapt(frames)
    pixels = np.full((*truth.shape[:2], 2), (2, -3))
    inside = (truth[..., 0] <= 11) & (truth[..., 1] >= 3)
    drawn = np.full_like(frames, 90)
    drawn[:, :, 2:, :-3] = frames[:, :, :-2, 3:]
    found = moments.shifted(moments.sums(frames), pixels)
    assert found.shape == (*truth.shape[:2], size)
    np.testing.assert_allclose(found[inside], moments.latents(drawn)[0][inside], atol=2e-3)
    # Of what is cut off it tells where all of it is, not where its visible part is.
    cut = truth[..., 1] == 2  # one column of three is left
    one_more = moments.shifted(moments.sums(drawn), np.zeros_like(pixels))
    assert np.abs(found[cut] - one_more[cut]).max() > 0.1


def test_unknown_measure_of_size_is_refused():
    with pytest.raises(UserError, match=r"size_measure.*'weight'"):
        FrameMoments(3, "weight")


def test_second_moments_serve_where_more_latents_are_asked_for():
    frames, _ = blobs(50)
    moments, n_ways = adapted(frames, 5)
    flat = 3 * np.arctanh(moments.latents(frames)[0].reshape(-1, 5) / 3)
    np.testing.assert_allclose(np.cov(flat.T), np.eye(5), atol=2e-3)
    assert (n_ways, float(moments.active)) == (5, 1)


def test_same_picture_in_floats_gives_the_same_latents():
    frames, _ = blobs(20)
    unit = frames / np.float32(255)
    np.testing.assert_allclose(
        adapted(frames, 2)[0].latents(frames)[0],
        adapted(unit, 2)[0].latents(unit)[0],
        atol=1e-4,
    )


def test_layer_stays_off_where_the_moments_do_not_vary_enough():
    assert adapted(blobs(40)[0], 7)[1] == 6
    still, n_ways = adapted(np.full((4, 3, 8, 8, 1), 7, "uint8"), 3)
    assert (n_ways, float(still.active)) == (0, 0)


def test_a_frame_is_whole_if_what_it_shows_lies_inside_the_picture():
    frames, truth = blobs()
    moments, _ = adapted(frames, 3)
    at_border = (truth[..., :2] == 0).any(axis=-1)  # none comes to the other two sides
    assert 0.05 < at_border.mean() < 0.3
    np.testing.assert_array_equal(moments.latents(frames)[1], ~at_border)
    other_sides = frames[:, :, ::-1, ::-1]
    moments, _ = adapted(other_sides, 3)
    np.testing.assert_array_equal(moments.latents(other_sides)[1], ~at_border)


def test_noise_at_the_border_cuts_nothing():
    frames, truth = blobs()
    noise = np.random.default_rng(1).integers(0, 20, size=frames.shape, dtype="uint8")
    _, whole = adapted(frames + noise, 3)[0].latents(frames + noise)
    np.testing.assert_array_equal(whole, ~(truth[..., :2] == 0).any(axis=-1))


def test_a_picture_without_anything_in_it_lies_at_the_mean():
    frames, _ = blobs(40)
    background = np.median(frames.reshape(-1, 16, 20, 3), axis=0).astype("uint8")
    latents, whole = adapted(frames, 3)[0].latents(background[None, None])
    np.testing.assert_array_equal(latents, np.zeros((1, 1, 3)))
    assert whole == 1
