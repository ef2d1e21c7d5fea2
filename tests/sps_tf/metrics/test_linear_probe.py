"""The linear probe: good, bad and degenerate codes, and an independent least-squares fit."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.metrics import linear_projection_mse

LABELS = ("x", "y", "z")


@pytest.fixture
def targets():
    # Labels of very different scale and offset.
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 5, 3)) * [1.0, 100.0, 0.01] + [5.0, -1e3, 0.0]


def rotate_and_shift(targets):
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    return (targets / targets.std(axis=(0, 1))) @ rotation + 3.0


@pytest.mark.parametrize("held_out", [True, False])
def test_linear_code_is_perfect(targets, held_out):
    scores = linear_projection_mse(rotate_and_shift(targets), targets, LABELS, held_out=held_out)
    assert set(scores) == {
        "linear_projection_mse",
        *(f"linear_projection_mse/{label}" for label in LABELS),
    }
    assert max(scores.values()) < 1e-12


def test_code_of_pure_noise_is_useless(targets):
    z = np.random.default_rng(2).normal(size=targets.shape)
    scores = linear_projection_mse(z, targets, LABELS)
    assert scores["linear_projection_mse"] == pytest.approx(1, abs=0.1)


def test_constant_code_scores_the_variance_of_the_labels(targets):
    z = np.full(targets.shape, 0.7)
    same = linear_projection_mse(z, targets, LABELS, held_out=False)
    assert list(same.values()) == pytest.approx([1, 1, 1, 1])
    held_out = linear_projection_mse(z, targets, LABELS)
    assert list(held_out.values()) == pytest.approx([1, 1, 1, 1], abs=0.1)


def test_duplicated_latent_changes_nothing(targets):
    z = targets[..., :1] + np.random.default_rng(3).normal(size=(40, 5, 1))
    once = linear_projection_mse(z, targets, LABELS)
    twice = linear_projection_mse(np.concatenate([z, z], axis=-1), targets, LABELS)
    assert twice == pytest.approx(once)


def test_code_of_one_label_reads_that_label_alone(targets):
    scores = linear_projection_mse(targets[..., 1:2], targets, LABELS, name="free_latent_mse")
    assert scores["free_latent_mse/y"] < 1e-12
    assert scores["free_latent_mse/x"] == pytest.approx(1, abs=0.1)
    assert scores["free_latent_mse"] == pytest.approx(
        np.mean([scores[f"free_latent_mse/{label}"] for label in LABELS])
    )


@pytest.mark.parametrize("n", [40, 39])
def test_agrees_with_a_fit_by_numpy(targets, n):
    targets = targets[:n]
    z = rotate_and_shift(targets) ** 3 + np.random.default_rng(4).normal(size=targets.shape)
    scaled = targets / targets.std(axis=(0, 1))

    def squared_errors(fitted, scored):
        def rows(values):
            return values.reshape(-1, 3)

        def design(trajectories):
            flat = rows(z[trajectories])
            return np.column_stack([flat, np.ones(len(flat))])

        weights, *_ = np.linalg.lstsq(design(fitted), rows(scaled[fitted]), rcond=None)
        return (design(scored) @ weights - rows(scaled[scored])) ** 2

    numbers = np.arange(n)
    even, odd = numbers[numbers % 2 == 0], numbers[numbers % 2 == 1]
    held_out = np.concatenate([squared_errors(even, odd), squared_errors(odd, even)]).mean(axis=0)
    same = squared_errors(numbers, numbers).mean(axis=0)

    for expected, flag in ((held_out, True), (same, False)):
        scores = linear_projection_mse(z, targets, LABELS, held_out=flag)
        assert [scores[f"linear_projection_mse/{k}"] for k in LABELS] == pytest.approx(expected)
        assert scores["linear_projection_mse"] == pytest.approx(expected.mean())
    assert held_out.mean() > same.mean()


def test_scale_of_labels_does_not_matter(targets):
    z = np.random.default_rng(5).normal(size=targets.shape) + targets / targets.std(axis=(0, 1))
    scores = linear_projection_mse(z, targets, LABELS)
    assert linear_projection_mse(z, 7 * targets - 4, LABELS) == pytest.approx(scores)


def test_trajectories_are_kept_whole_in_the_split():
    # Each trajectory stands still and has a code of its own: frames of one trajectory in both
    # halves would let a fit with as many latents as trajectories score 0.
    targets = np.repeat(np.random.default_rng(6).normal(size=(8, 1, 1)), 30, axis=1)
    z = np.repeat(np.eye(8)[:, None], 30, axis=1)
    assert linear_projection_mse(z, targets, ("x",), held_out=False)["linear_projection_mse"] < 1e-9
    assert linear_projection_mse(z, targets, ("x",))["linear_projection_mse"] > 0.5


def test_constant_label_has_no_score_and_says_so(targets, caplog):
    targets[..., 1] = 0.1
    scores = linear_projection_mse(targets[..., ::2], targets, LABELS)
    assert set(scores) == {
        "linear_projection_mse",
        "linear_projection_mse/x",
        "linear_projection_mse/z",
    }
    assert scores["linear_projection_mse"] < 1e-12
    assert "No linear-projection MSE for y" in caplog.text


@pytest.mark.parametrize(
    ("z_shape", "targets_shape", "labels", "message"),
    [
        ((4, 5, 3), (4, 6, 3), LABELS, r"share the axes"),
        ((4, 5, 3), (4, 5, 3), ("x", "y"), r"name each of the 3 labels"),
        ((2, 4, 3), (2, 4, 3), LABELS, r"more than 4 points.*Received: 4 points"),
        ((1, 20, 3), (1, 20, 3), LABELS, r"Received: 0 points \(1 trajectories"),
        ((20, 3), (20, 3), LABELS, r"shape \(n, time, features\)"),
        ((0, 5, 3), (0, 5, 3), LABELS, r"none of them 0"),
    ],
)
def test_shapes_that_cannot_be_scored(z_shape, targets_shape, labels, message):
    rng = np.random.default_rng(0)
    with pytest.raises(UserError, match=message):
        linear_projection_mse(rng.normal(size=z_shape), rng.normal(size=targets_shape), labels)


def test_values_that_cannot_be_scored(targets):
    with pytest.raises(UserError, match=r"label that changes\. Received: constant x, y, z"):
        linear_projection_mse(targets, np.ones_like(targets), LABELS)
    broken = targets.copy()
    broken[0, 0] = np.nan
    with pytest.raises(UserError, match=r"latents must be finite\. Received: 3 values"):
        linear_projection_mse(broken, targets, LABELS)
