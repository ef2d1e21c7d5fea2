"""The warm start: smooth, white and aligned latents."""

import keras
import numpy as np
import pytest

from sps_tf import latent_alignment, warm_start
from sps_tf.layers import ConvEncoder, RecurrentPrior
from tests.sps_tf.models import tiny


def moving_dots(n: int = 16) -> np.ndarray:
    """Return uint8 frames of a bright pixel that moves at constant speed."""
    rng = np.random.default_rng(0)
    frames = np.zeros((n, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8")
    for sequence in frames:
        start, speed = rng.uniform(1, 4, size=2), rng.uniform(-0.6, 0.6, size=2)
        for t, frame in enumerate(sequence):
            row, column = np.clip(start + t * speed, 0, 7).astype(int)
            frame[row, column] = 255
    return frames


def test_smooth_encoder_makes_the_latents_affine_in_position():
    layout = {"filters": (2, 3), "kernel_sizes": (3, 3), "strides": (2, 2)}
    encoder = ConvEncoder(3, **layout)
    encoder.build((None, 1, 16, 20, 1))
    warm_start.smooth(encoder, np.random.default_rng(0))
    for convolution in encoder.convolutions:
        kernel = np.asarray(convolution.kernel)
        np.testing.assert_allclose(kernel, np.broadcast_to(kernel[:1, :1], kernel.shape))
    head = np.asarray(encoder.mean_head.kernel).reshape(*encoder.map_shape, 3)
    assert head.shape[:2] == (4, 5)
    for axis in (0, 1):  # second differences of an affine function vanish, first do not
        assert np.abs(np.diff(head, 2, axis=axis)).max() < 1e-5
        assert np.abs(np.diff(head, 1, axis=axis)).min() > 1e-5


def test_whitening_gives_mean_zero_and_unit_covariance():
    model = tiny.make_sps()
    frames = moving_dots()
    warm_start.whiten(model.encoder, warm_start.encode(model, frames))
    z = warm_start.encode(model, frames).reshape(-1, 3)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(z.T), np.eye(3), atol=0.02)


def test_output_transform_is_folded_into_the_head():
    model = tiny.make_sps()
    before = warm_start.encode(model, moving_dots())
    matrix, offset = np.random.default_rng(0).normal(size=(3, 3)), np.array([1.0, 2.0, 3.0])
    model.encoder.transform_output(matrix, offset)
    after = warm_start.encode(model, moving_dots())
    np.testing.assert_allclose(after, before @ matrix + offset, atol=1e-4)


def falling_latents(n: int = 64, n_times: int = 12) -> np.ndarray:
    """Return whitened latents: two dimensions move uniformly, the third falls and bounces."""
    rng = np.random.default_rng(0)
    t = 0.2 * np.arange(n_times)[None, :, None]
    uniform = rng.uniform(-1, 1, size=(n, 1, 2)) + t * rng.uniform(-1, 1, size=(n, 1, 2))
    height = np.abs(np.cos(1.3 * t + rng.uniform(0, 3, size=(n, 1, 1))))
    z = np.concatenate([uniform, height], axis=-1)
    z = (z - z.mean(axis=(0, 1))) / z.std(axis=(0, 1))
    return z.astype("float32")


def test_alignment_puts_the_one_dimension_without_symmetry_on_the_free_latent():
    keras.utils.set_random_seed(1)
    prior = RecurrentPrior(3, units=32, residual=True, name="prior")
    model = tiny.make_sps(stochastic=False, prior=prior)
    rotation, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    mixed = falling_latents() @ rotation.astype("float32")
    head = np.asarray(model.encoder.mean_head.kernel)
    losses = latent_alignment.align(
        model, mixed, seed=0, n_steps=600, n_starts=3, learning_rate=3e-3
    )
    assert len(losses) == 3
    # The rotation was folded into the head: head' = head @ found.
    found = np.linalg.lstsq(head, np.asarray(model.encoder.mean_head.kernel), rcond=None)[0]
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-3)
    height = falling_latents()[..., 2].reshape(-1)
    correlation = np.corrcoef((mixed @ found)[..., 1].reshape(-1), height)[0, 1]
    assert abs(correlation) > 0.9


@pytest.mark.parametrize("seed", [0, 3])
def test_the_whole_start_is_the_same_for_the_same_seed(seed):
    def start() -> list[np.ndarray]:
        model = tiny.make_sps(seed=seed)
        warm_start.run(
            model,
            moving_dots(),
            seed=seed,
            smooth_encoder=True,
            whiten_sequences=8,
            align_steps=3,
            align_starts=2,
            align_rate=1e-3,
        )
        return model.get_weights()

    for a, b in zip(start(), start(), strict=True):
        np.testing.assert_array_equal(a, b)
