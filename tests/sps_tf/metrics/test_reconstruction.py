"""Cross-entropies from logits: hand-computed, at the floor, at extremes, batch by batch."""

import math

import numpy as np
import pytest
from sklearn.metrics import log_loss

from sps_tf.errors import UserError
from sps_tf.metrics import ReconstructionScore
from sps_tf.metrics.reconstruction import cross_entropy_from_logits, pixel_entropy

SHAPE = (2, 3, 4, 4, 1)


def score(frames, logits_self, logits_prior=None):
    reconstruction = ReconstructionScore()
    reconstruction.update(frames, logits_self, logits_prior)
    return reconstruction.result()


def test_hand_computed_cross_entropy():
    # p = 3/4: -x log p - (1 - x) log(1 - p).
    logit = math.log(3)
    expected = [math.log(4), 0.5 * math.log(4 / 3) + 0.5 * math.log(4), math.log(4 / 3)]
    values = cross_entropy_from_logits(np.array([0.0, 0.5, 1.0]), np.full(3, logit))
    assert values == pytest.approx(expected)


def test_agrees_with_sklearn_on_binary_pixels():
    rng = np.random.default_rng(0)
    pixels, logits = rng.integers(0, 2, 500), rng.normal(size=500) * 3
    expected = log_loss(pixels, 1 / (1 + np.exp(-logits)))
    assert cross_entropy_from_logits(pixels, logits).mean() == pytest.approx(expected)


def test_entropy_of_grey_black_and_white():
    assert pixel_entropy(np.array([0.0, 0.5, 1.0, 0.4])) == pytest.approx(
        [0.0, math.log(2), 0.0, -0.4 * math.log(0.4) - 0.6 * math.log(0.6)]
    )


def test_exact_reconstruction_lands_on_the_floor():
    frames = np.random.default_rng(1).uniform(0.01, 0.99, SHAPE)
    logits = np.log(frames / (1 - frames))
    scores = score(frames, logits, logits[:, 1:])
    assert scores["self_recon_bce"] == pytest.approx(scores["pixel_entropy_floor"])
    assert scores["self_recon_bce_above_floor"] == pytest.approx(0, abs=1e-12)
    # The floor of the prediction is that of frames 2..T, not that of all frames.
    assert scores["image_pred_bce_above_floor"] == pytest.approx(0, abs=1e-12)
    assert scores["image_pred_bce"] == pytest.approx(pixel_entropy(frames[:, 1:]).mean())


def test_extreme_logits_stay_finite():
    frames = np.zeros(SHAPE)
    frames[:, :, :2] = 1.0
    right = np.where(frames > 0, 1e4, -1e4)
    assert score(frames, right)["self_recon_bce"] == 0
    assert score(frames, -right)["self_recon_bce"] == pytest.approx(1e4)


def test_batches_of_any_size_give_the_same_result():
    rng = np.random.default_rng(2)
    frames = rng.uniform(size=(7, 3, 4, 4, 2)).astype(np.float32)
    logits = rng.normal(size=frames.shape).astype(np.float32)
    whole = score(frames, logits, logits[:, 1:])
    parts = ReconstructionScore()
    for batch in (slice(0, 3), slice(3, 6), slice(6, 7)):
        parts.update(frames[batch], logits[batch], logits[batch, 1:])
    assert parts.result() == pytest.approx(whole, rel=1e-9)


def test_sums_do_not_lose_small_differences():
    # 16 million pixels of one value: rounding of a float32 running sum adds up.
    frames = np.full((2, 2, 256, 256, 3), 0.4, np.float32)
    logits = np.full_like(frames, np.log(0.4 / 0.6) + 0.02)
    reconstruction = ReconstructionScore()
    for _ in range(20):
        reconstruction.update(frames, logits)
    p = 1 / (1 + math.exp(-(math.log(0.4 / 0.6) + 0.02)))
    expected = 0.4 * math.log(0.4 / p) + 0.6 * math.log(0.6 / (1 - p))
    above = reconstruction.result()["self_recon_bce_above_floor"]
    assert above == pytest.approx(expected, abs=2e-7)


def test_model_without_a_prior_has_no_prediction():
    frames = np.full(SHAPE, 0.5)
    assert set(score(frames, np.zeros(SHAPE))) == {
        "pixel_entropy_floor",
        "self_recon_bce",
        "self_recon_bce_above_floor",
    }


def test_bad_batches_are_refused():
    frames = np.full(SHAPE, 0.5)
    with pytest.raises(UserError, match="reconstructed frames"):
        score(frames, np.zeros(SHAPE)[:, 1:])
    with pytest.raises(UserError, match="predicted frames"):
        score(frames, np.zeros(SHAPE), np.zeros(SHAPE))
    with pytest.raises(UserError, match=r"lie in \[0, 1\]. Received: 127 to 127"):
        score(np.full(SHAPE, 127), np.zeros(SHAPE))
    with pytest.raises(UserError, match="at least one batch"):
        ReconstructionScore().result()
