"""The alignment: symmetry finds the coordinates that suit it."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import CouplingFlow, RecurrentPrior
from sps_tf.warm_start import alignment as latent_alignment
from tests.sps_tf.models import tiny
from tests.sps_tf.models.test_bodies import make_two
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
    """Return the latents after the alignment's flow, and the losses of its starts."""
    keras.utils.set_random_seed(1)
    prior = RecurrentPrior(3, units=32, residual=True, name="prior")
    flow = CouplingFlow(3, name="flow")
    weights = {"latent_prior": 1.0, "symmetry_prior": 2.0, "symmetry_latent": 2.0}
    weights |= dict.fromkeys(("recon_self", "recon_prior", "recon_symmetry"), 1.0)
    model = tiny.make_sps(stochastic=False, prior=prior, flow=flow, loss_weights=weights)
    settings = {"n_steps": 500, "n_starts": 2, "learning_rate": 1e-2, "information": 0.4} | settings
    losses = latent_alignment.align(model, latents, seed=0, **settings)
    return ops.convert_to_numpy(flow(latents)[0]), losses


def test_alignment_straightens_and_finds_the_dimension_without_symmetry():
    straight = falling_latents(n=128)
    bent = np.stack(
        [straight[..., 0], straight[..., 2], straight[..., 1] + 0.7 * straight[..., 0] ** 2], -1
    )
    aligned, losses = make_aligned(bent @ random_rotation())
    assert len(losses) == 2
    assert linear_error(aligned, straight) < 0.5 * linear_error(bent, straight)
    np.testing.assert_allclose(np.cov(aligned.reshape(-1, 3).T), np.eye(3), atol=1e-2)
    np.testing.assert_allclose(aligned.mean(axis=(0, 1)), 0, atol=1e-3)
    correlation = np.corrcoef(aligned[..., 1].reshape(-1), straight[..., 2].reshape(-1))[0, 1]
    assert abs(correlation) > 0.9


def test_the_start_with_the_lowest_loss_goes_on_as_if_it_were_the_only_one():
    latents = falling_latents()
    _, losses = make_aligned(latents, n_steps=10, n_starts=2)
    _, (alone,) = make_aligned(latents, n_steps=10, n_starts=1)
    assert losses[0] == alone  # what comes after does not touch it
    lines = []
    make_aligned(latents, n_steps=10, n_starts=2, progress=lines.append)
    assert f"start {1 + int(np.argmin(losses))} to its end" in lines[-1]


def test_bodies_are_aligned_as_sequences_of_their_own():
    latents = falling_latents(32)
    one, two = tiny.make_sps(stochastic=False, flow=tiny.make_flow()), make_two(flow=True)
    two.prior.set_weights(one.prior.get_weights())
    settings = {"seed": 0, "n_steps": 6, "n_starts": 2, "learning_rate": 1e-2}
    # Each pair of sequences is the two bodies of one.
    pairs = np.concatenate([latents[::2], latents[1::2]], axis=-1)
    layout = LatentLayout(("a", "b", "c", "d", "e", "f"), n_bodies=2)
    np.testing.assert_array_equal(layout.fold(pairs), latents)
    assert latent_alignment.align(two, pairs, **settings) == pytest.approx(
        latent_alignment.align(one, latents, **settings)
    )
    for a, b in zip(one.encoder.flow.weights, two.encoder.flow.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_an_alignment_without_a_loss_that_is_a_number_is_one_line(monkeypatch):
    monkeypatch.setattr(latent_alignment, "_fit", lambda *_: float("nan"))
    with pytest.raises(UserError, match=r"lower config\.warm_start\.align_rate"):
        make_aligned(falling_latents(), n_steps=1, n_starts=1)


@pytest.mark.parametrize("lost", [9.0, float("nan")])
def test_a_part_of_the_way_that_loses_what_was_found_is_undone(monkeypatch, lost):
    fit, calls = latent_alignment._fit, []

    def fail_once(aligner, latents, rng, n_steps):
        """Train as always, but for the third call, which leaves the flow's weights in ruins."""
        calls.append(n_steps)
        loss = fit(aligner, latents, rng, n_steps)
        if len(calls) != 3:
            return loss
        aligner.flow.heads.assign(np.full(aligner.flow.heads.shape, 5.0))
        return lost

    monkeypatch.setattr(latent_alignment, "_fit", fail_once)
    aligned, _ = make_aligned(falling_latents(), n_steps=50, n_starts=1)
    assert calls == [10] + [4] * 10
    np.testing.assert_allclose(np.cov(aligned.reshape(-1, 3).T), np.eye(3), atol=1e-2)
    undisturbed = make_aligned(falling_latents(), n_steps=50, n_starts=1)[0]
    assert np.abs(aligned - undisturbed).max() < 2  # ruins lie much further away
