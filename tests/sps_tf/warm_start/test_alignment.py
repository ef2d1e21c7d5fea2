"""The alignment: symmetry finds the coordinates that suit it."""

from collections.abc import Callable

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf.layers import RecurrentPrior
from sps_tf.warm_start import alignment as latent_alignment
from sps_tf.warm_start.entropy import estimate_entropy
from tests.sps_tf.models import tiny
from tests.sps_tf.warm_start.fakes import linear_error


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
