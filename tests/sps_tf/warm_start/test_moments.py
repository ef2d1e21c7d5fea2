"""The moments that say where things are in a picture."""

import numpy as np

from sps_tf.warm_start.moments import moment_latents


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
    z = moment_latents(frames, 3)
    assert (z.shape, z.dtype) == (truth.shape, np.float32)
    flat = z.reshape(-1, 3)
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(np.cov(flat.T), np.eye(3), atol=1e-3)
    # The moments by hand, from the definition.
    unit = frames / 255.0
    energy = np.sqrt(((unit - np.median(unit.reshape(-1, 16, 20, 3), axis=0)) ** 2).sum(-1))
    y, x = np.linspace(-1, 1, 16)[:, None], np.linspace(-1, 1, 20)[None]
    by_hand = np.stack([energy, energy * x, energy * y], -1).sum(axis=(2, 3)).reshape(-1, 3)
    inputs = np.c_[flat, np.ones(len(flat))]
    fit = inputs @ np.linalg.lstsq(inputs, by_hand, rcond=None)[0]
    np.testing.assert_allclose(fit, by_hand, atol=1e-3)


def test_second_moments_serve_where_more_latents_are_asked_for():
    frames, _ = blobs(50)
    z = moment_latents(frames, 5)
    np.testing.assert_allclose(np.cov(z.reshape(-1, 5).T), np.eye(5), atol=1e-3)


def test_same_picture_in_floats_gives_the_same_latents():
    frames, _ = blobs(20)
    np.testing.assert_allclose(
        moment_latents(frames, 2), moment_latents(frames / np.float32(255), 2), atol=1e-4
    )


def test_no_more_latents_than_the_moments_vary_in():
    frames, _ = blobs(40)
    assert moment_latents(frames, 7).shape[-1] == 6
    assert moment_latents(np.full((4, 3, 8, 8, 1), 7, "uint8"), 3).shape == (4, 3, 0)
    line = np.zeros((6, 12, 12, 16, 1), "uint8")  # along one row: x and x^2
    for t in range(12):  # each pixel is dark most of the time, so the median frame is black
        line[:, t, 4:8, t : t + 5] = 255
    assert moment_latents(line, 3).shape[-1] == 2
