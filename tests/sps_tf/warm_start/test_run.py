"""The warm start: latents that are aligned, taught to the encoder, and white."""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import warm_start
from sps_tf.layers import RecurrentPrior
from sps_tf.warm_start import alignment as latent_alignment
from sps_tf.warm_start import moments as image_moments
from sps_tf.warm_start.entropy import estimate_entropy
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


def random_rotation() -> np.ndarray:
    rotation, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    return rotation.astype("float32")


def linear_error(z: np.ndarray, targets: np.ndarray) -> float:
    """Return the share of the targets' variance that no line explains, by least squares."""
    inputs = np.c_[z.reshape(-1, z.shape[-1]), np.ones(z[..., 0].size)]
    outputs = targets.reshape(-1, targets.shape[-1])
    fit = inputs @ np.linalg.lstsq(inputs, outputs, rcond=None)[0]
    return float(np.mean((fit - outputs) ** 2) / outputs.var(axis=0).mean())


def make_aligned(latents: np.ndarray, **settings: object) -> tuple[np.ndarray, list[float]]:
    keras.utils.set_random_seed(1)
    prior = RecurrentPrior(3, units=32, residual=True, name="prior")
    model = tiny.make_sps(stochastic=False, prior=prior)
    settings = {"n_steps": 600, "n_starts": 3, "learning_rate": 3e-3} | settings
    return latent_alignment.align(model, latents, seed=0, **settings)


def test_alignment_puts_the_one_dimension_without_symmetry_on_the_free_latent():
    mixed = falling_latents() @ random_rotation()
    aligned, losses = make_aligned(mixed)
    assert len(losses) == 3
    found = np.linalg.lstsq(mixed.reshape(-1, 3), aligned.reshape(-1, 3), rcond=None)[0]
    np.testing.assert_allclose(found @ found.T, np.eye(3), atol=1e-3)
    np.testing.assert_allclose(mixed @ found, aligned, atol=1e-3)  # a rotation and no more
    height = falling_latents()[..., 2].reshape(-1)
    correlation = np.corrcoef(aligned[..., 1].reshape(-1), height)[0, 1]
    assert abs(correlation) > 0.9


def test_warp_straightens_what_moves_on_straight_lines():
    straight = falling_latents(n=128)
    bent = np.stack(
        [straight[..., 0], straight[..., 2], straight[..., 1] + 0.7 * straight[..., 0] ** 2], -1
    )
    aligned, _ = make_aligned(bent, warp_units=32, learning_rate=1e-2, n_steps=1_000)
    assert linear_error(aligned, straight) < 0.5 * linear_error(bent, straight)
    np.testing.assert_allclose(np.cov(aligned.reshape(-1, 3).T), np.eye(3), atol=1e-2)


def test_start_whose_loss_is_no_number_is_never_kept():
    assert latent_alignment._lowest([float("nan"), 3.0, 2.0]) == 2


class GivenMap:
    """Stand in for an aligner: a map and the mean logarithm of its determinant."""

    def __init__(self, change: Callable[[np.ndarray], np.ndarray], information: float) -> None:
        self.transform = lambda z: (change(z), ops.convert_to_tensor(information))


def test_folding_is_what_a_map_claims_beyond_the_entropy_that_is_there():
    z = np.random.default_rng(0).normal(size=(100, 100, 3)).astype("float32")
    entropy = estimate_entropy(z)

    def measure(change: Callable[[np.ndarray], np.ndarray], information: float) -> float:
        return latent_alignment.measure_folding(GivenMap(change, information), z, entropy)

    assert measure(lambda z: 2 * z, 3 * np.log(2)) == pytest.approx(0, abs=0.01)
    # |determinant| 1 everywhere, but two halves of space come to lie in one.
    folded = measure(lambda z: np.concatenate([np.abs(z[..., :1]), z[..., 1:]], -1), 0.0)
    assert folded == pytest.approx(np.log(2), abs=0.05)
    assert measure(lambda z: np.where(z > 2, np.nan, z), 0.0) == np.inf


def test_a_warp_that_folds_is_set_back_to_where_it_was_before(monkeypatch):
    lines = []
    straight = falling_latents()
    settings = {"warp_units": 8, "n_steps": 30, "n_starts": 1, "progress": lines.append}
    monkeypatch.setattr(latent_alignment, "measure_folding", lambda *_: 0.0)
    whole, _ = make_aligned(straight, **settings)
    folding = iter([0.0, 0.0, 0.7])
    monkeypatch.setattr(latent_alignment, "measure_folding", lambda *_: next(folding))
    kept, _ = make_aligned(straight, **settings)
    assert "kept from step 9, before the warp folded" in lines[1]
    assert "kept" not in lines[0]
    assert np.abs(kept - whole).max() > 1e-3


def test_encoder_learns_to_give_the_latents_it_is_shown():
    frames = moving_dots(32)
    model = tiny.make_sps()
    logvar = [ops.convert_to_numpy(w) for w in model.encoder.logvar_head.weights]
    latents = image_moments.moment_latents(frames, 2)
    latents = np.concatenate([latents, latents[..., :1] ** 2], axis=-1)
    loss = warm_start.imitate(model, frames, latents, seed=0, n_steps=600, learning_rate=1e-2)
    assert loss < 0.2 * latents.var()
    assert linear_error(warm_start.encode(model, frames), latents) < 0.2
    for before, after in zip(logvar, model.encoder.logvar_head.weights, strict=True):
        np.testing.assert_array_equal(before, ops.convert_to_numpy(after))
    assert model.encoder.logvar_head.trainable


@pytest.mark.parametrize("seed", [0, 3])
def test_the_whole_start_is_the_same_for_the_same_seed(seed):
    def start() -> list[np.ndarray]:
        model = tiny.make_sps(seed=seed)
        warm_start.run(
            model,
            moving_dots(),
            seed=seed,
            imitate_steps=3,
            imitate_rate=1e-3,
            align_steps=3,
            align_starts=2,
            align_rate=1e-3,
            align_warp_units=4,
            align_information=0.4,
            whiten_sequences=8,
        )
        return model.get_weights()

    for a, b in zip(start(), start(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_encoder_starts_at_random_where_too_little_moves():
    frames, lines = np.zeros((4, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8"), []
    model = tiny.make_sps()
    before = model.get_weights()
    settings = {"imitate_rate": 1e-3, "align_starts": 1, "align_rate": 1e-3, "align_warp_units": 4}
    warm_start.run(
        model,
        frames,
        seed=0,
        imitate_steps=2,
        align_steps=2,
        align_information=0.4,
        whiten_sequences=0,
        progress=lines.append,
        **settings,
    )
    assert "0 ways only, with 3 content latents" in lines[-1]
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
