"""The whole warm start, and the whitening of latents."""

import numpy as np
import pytest

from sps_tf import warm_start
from tests.sps_tf.models import tiny
from tests.sps_tf.warm_start.fakes import moving_dots


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


@pytest.mark.parametrize("seed", [0, 3])
def test_the_whole_start_is_the_same_for_the_same_seed(seed):
    def start() -> list[np.ndarray]:
        model = tiny.make_sps(seed=seed, flow=tiny.make_flow())
        warm_start.run(
            model,
            moving_dots(),
            seed=seed,
            imitate_steps=3,
            imitate_rate=1e-3,
            align_steps=3,
            align_starts=2,
            align_rate=1e-3,
            align_transforms=1,
            whiten_sequences=8,
        )
        return model.get_weights()

    for a, b in zip(start(), start(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_encoder_starts_at_random_where_too_little_moves():
    frames, lines = np.zeros((4, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8"), []
    model = tiny.make_sps(flow=tiny.make_flow())
    before = model.get_weights()
    settings = {"imitate_rate": 1e-3, "align_starts": 1, "align_rate": 1e-3, "align_transforms": 1}
    warm_start.run(
        model,
        frames,
        seed=0,
        imitate_steps=2,
        align_steps=2,
        whiten_sequences=0,
        progress=lines.append,
        **settings,
    )
    assert "0 ways only, with 3 content latents" in lines[-1]
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
