"""The scores of a model whose answers are known by construction."""

import json

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.evaluation import make_report
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.evaluation.fakes import (
    OFFSET,
    TIME,
    ExactModel,
    N,
    NoPriorModel,
    make_arrays,
    make_config,
    make_context,
    run,
)

SCORES = ("linear_probe", "reconstruction", "prior", "equivariance", "latent_std")


@pytest.fixture
def config():
    return make_config(*SCORES)


@pytest.fixture
def arrays():
    return make_arrays()


def evaluate(model, arrays, config):
    return make_report(model, arrays, config).metrics


def test_every_metric_has_its_hand_computed_value(arrays, config):
    scores = evaluate(ExactModel(shrink=0.5), arrays, config)
    x = arrays["frames"][:, :, 0, :, 0] / 255
    z, std = 2 * x, (2 * x).std(axis=(0, 1))

    def entropy(p, q):
        return np.mean(-p * np.log(q) - (1 - p) * np.log(1 - q))

    expected = {
        "linear_projection_mse": 0,
        "linear_projection_mse/x": 0,
        "linear_projection_mse_same_points/z": 0,
        "free_latent_mse/y": 0,
        "pixel_entropy_floor": entropy(x, x),
        "self_recon_bce": entropy(x, x),
        "self_recon_bce_above_floor": 0,
        "image_pred_bce": entropy(x[:, 1:], x[:, :-1] / 2),
        "image_pred_bce_above_floor": entropy(x[:, 1:], x[:, :-1] / 2)
        - entropy(x[:, 1:], x[:, 1:]),
        "prior_mse": np.mean(((z[:, :-1] / 2 - z[:, 1:]) / std) ** 2),
        "equivariance_error": np.mean((OFFSET / 2 / std) ** 2),
        "latent_std/z1": std[0],
    }
    found = {name: scores[f"test/{name}"] for name in expected}
    assert found == pytest.approx(expected, abs=1e-6)
    # The free latent z2 is y, and knows nothing of the other two.
    assert scores["test/free_latent_mse/x"] > 0.9
    assert "test/free_latent_mse" not in scores


def test_prior_that_commutes_has_no_equivariance_error(arrays, config):
    assert evaluate(ExactModel(), arrays, config)["test/equivariance_error"] < 1e-12


def test_results_are_plain_numbers_that_json_holds(arrays, config):
    scores = evaluate(ExactModel(), arrays, config)
    assert all(type(value) is float and np.isfinite(value) for value in scores.values())
    assert json.loads(json.dumps(scores, allow_nan=False)) == scores


def test_model_without_a_prior_has_no_prior_metrics(arrays, config):
    scores = evaluate(NoPriorModel(), arrays, config)
    absent = {"image_pred_bce", "image_pred_bce_above_floor", "prior_mse", "equivariance_error"}
    assert not absent & {name.removeprefix("test/") for name in scores}
    with_prior = evaluate(ExactModel(), arrays, config)
    assert scores == {name: with_prior[name] for name in scores}
    assert not [name for name in scores if "free_latent" in name]


def test_no_group_and_no_free_latent_leave_their_metrics_out(arrays, config):
    model = ExactModel()
    model.group = None
    names = set(evaluate(model, arrays, config))
    assert "test/prior_mse" in names
    assert "test/equivariance_error" not in names
    assert not [name for name in names if "free_latent" in name]


class StyleModel(ExactModel):
    """Two pixels of content, one of style."""

    layout = LatentLayout(content=("z1", "z2"), style=("s1",))

    def rollout(self, z, n_given=None):
        return z[:, :-1, :2]

    def transformed_rollout(self, z, seed, n_transforms, n_given=None):
        return np.stack([z[:, :-1, :2]] * n_transforms)


def test_style_of_the_first_frame_serves_self_reconstruction_too(arrays, config):
    scores = evaluate(StyleModel(), arrays, config)
    x = arrays["frames"][:, :, 0, :, 0] / 255
    pooled = np.concatenate([x[..., :2], np.broadcast_to(x[:, :1, 2:], (N, TIME, 1))], axis=-1)
    for name, p in (("self_recon_bce", pooled), ("self_recon_bce_own_style", x)):
        bce = -x * np.log(p) - (1 - x) * np.log(1 - p)
        assert scores[f"test/{name}"] == pytest.approx(bce.mean(), abs=1e-6)
    assert scores["test/self_recon_bce"] > scores["test/self_recon_bce_own_style"]
    assert "test/self_recon_bce_own_style" not in evaluate(ExactModel(), arrays, config)


def test_style_of_the_first_frame_completes_a_prediction(arrays, config):
    arrays["frames"][..., 2, 0] = arrays["frames"][:, :1, ..., 2, 0]  # constant in a sequence
    scores = evaluate(StyleModel(), arrays, config)
    x = arrays["frames"][:, :, 0, :, 0] / 255
    predicted = np.concatenate([x[:, :-1, :2], x[:, 1:, 2:]], axis=-1)
    bce = -x[:, 1:] * np.log(predicted) - (1 - x[:, 1:]) * np.log(1 - predicted)
    assert scores["test/image_pred_bce"] == pytest.approx(bce.mean(), abs=1e-6)
    pictures = make_report(StyleModel(), arrays, make_config()).pictures
    assert set(pictures) >= {"branches", "latent_traversal"}


def test_diverged_latents_are_named(arrays, config):
    z = np.full((N, TIME, 3), np.nan, np.float32)
    with pytest.raises(UserError, match="latents must be finite"):
        run(make_context(ExactModel(), arrays, config, z))
