"""The scores, pictures and table of a model whose answers are known by construction."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from ml_collections import ConfigDict

from sps_tf.errors import UserError
from sps_tf.evaluation import draw_pictures, encode_split, evaluate, summary_table
from sps_tf.evaluation import grid as grid_module
from sps_tf.evaluation import pictures as pictures_module
from sps_tf.latent_layout import LatentLayout

N, TIME = 12, 6
OFFSET = 0.5


class ExactModel:
    """Three pixels are three latents: z = 2 * pixel. Its prior says that nothing moves.

    Args:
        shrink: The prior is R(z) = shrink * z; under translations it commutes only if 1.
    """

    has_prior = True
    group = SimpleNamespace(dims=("z1", "z3"))  # translations by +-OFFSET
    layout = LatentLayout(content=("z1", "z2", "z3"))
    step = np.int32(7)

    def __init__(self, shrink=1.0):
        self.shrink = shrink
        self.n_encoded = 0

    def encode(self, frames):
        assert frames.dtype == np.float32
        self.n_encoded += len(frames)
        return 2 * np.asarray(frames)[:, :, 0, :, 0]

    def decode(self, z):
        return np.clip(np.asarray(z)[..., None, : self.layout.size, None] / 2, 0, 1)

    def decode_logits(self, z):
        x = np.clip(self.decode(z), 1e-7, 1 - 1e-7)
        return np.log(x / (1 - x))

    def rollout(self, z, n_given=None):
        assert n_given == 2
        return self.shrink * z[:, :-1]

    def transformed_rollout(self, z, seed, n_transforms, n_given=None):
        offsets = OFFSET * np.array([(-1.0) ** k for k in range(n_transforms)])[:, None, None, None]
        return self.shrink * (z[None, :, :-1] + offsets) - offsets


class NoPriorModel(ExactModel):
    """The same without prior and group, as beta-VAE; reading `group` would be an error."""

    has_prior = False
    group = property()


@pytest.fixture
def config():
    return ConfigDict(
        {
            "dataset": "three_pixels",
            "seed": 3,
            "evaluation": {
                "label": "position",
                "label_names": ["x", "y", "z"],
                "n_given": 2,
                "n_transforms": 4,
                "batch_size": 5,
            },
        }
    ).lock()


@pytest.fixture
def arrays():
    pixels = np.random.default_rng(0).integers(20, 236, (N, TIME, 3), dtype=np.uint8)
    return {
        "frames": pixels[:, :, None, :, None],
        "position": (pixels * np.float32(0.1) - 3)[..., [2, 1, 0]],
    }


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


def test_split_is_encoded_once_whatever_the_batch_size(arrays, config):
    model = ExactModel()
    first = evaluate(model, arrays, config)
    assert model.n_encoded == N
    z = encode_split(model, arrays["frames"], config)
    assert evaluate(model, arrays, config, z) == first
    assert model.n_encoded == 2 * N
    with config.unlocked():
        config.evaluation.batch_size = 100
    assert evaluate(model, arrays, config) == pytest.approx(first, abs=1e-12)


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


def test_style_of_the_first_frame_completes_a_prediction(arrays, config):
    class StyleModel(ExactModel):
        layout = LatentLayout(content=("z1", "z2"), style=("s1",))

        def rollout(self, z, n_given=None):
            return z[:, :-1, :2]

        def transformed_rollout(self, z, seed, n_transforms, n_given=None):
            return np.stack([z[:, :-1, :2]] * n_transforms)

    arrays["frames"][..., 2, 0] = arrays["frames"][:, :1, ..., 2, 0]  # constant in a sequence
    scores = evaluate(StyleModel(), arrays, config)
    x = arrays["frames"][:, :, 0, :, 0] / 255
    predicted = np.concatenate([x[:, :-1, :2], x[:, 1:, 2:]], axis=-1)
    bce = -x[:, 1:] * np.log(predicted) - (1 - x[:, 1:]) * np.log(1 - predicted)
    assert scores["test/image_pred_bce"] == pytest.approx(bce.mean(), abs=1e-6)
    assert set(draw_pictures(StyleModel(), arrays, config)) >= {"branches", "latent_traversal"}


@pytest.mark.parametrize("model", [ExactModel(), NoPriorModel()], ids=["prior", "no_prior"])
def test_pictures_are_images(model, arrays, config):
    pictures = draw_pictures(model, arrays, config)
    assert set(pictures) == {"latent_traversal", "branches", "latent_against_position"}
    for picture in pictures.values():
        assert picture.dtype == np.uint8
        assert picture.shape[-1] == 3
        assert picture.std() > 0


def test_grid_is_drawn_on_the_plane_that_is_not_free(arrays, config, monkeypatch):
    drawn = {}

    def draw(z, grid, names, title):
        drawn.update(z=z, names=names, title=title)
        return np.zeros((1, 1, 3), np.uint8)

    frames = np.random.default_rng(0).integers(0, 256, (140, 1, 1, 3, 1), dtype=np.uint8)
    monkeypatch.setattr(grid_module, "grid_frames", lambda: frames)
    monkeypatch.setattr(pictures_module.figures, "draw_coordinate_grid", draw)
    with config.unlocked():
        config.dataset = "sps_ball"
    assert "coordinate_grid" in draw_pictures(ExactModel(), arrays, config)
    assert drawn["names"] == ["z1", "z3"]
    assert drawn["title"].endswith("step 7")
    np.testing.assert_allclose(drawn["z"], frames[:, 0, 0, ::2, 0] / 255 * 2, rtol=1e-6)


def test_every_ball_of_the_grid_is_in_the_picture():
    frames = grid_module.grid_frames()
    assert frames.shape == (140, 1, 32, 32, 3)
    assert grid_module.grid_frames() is frames
    red, green = (frames[:, 0, :, :, channel].astype(int) for channel in (0, 1))
    ball = green - red > 60
    assert ball.sum(axis=(1, 2)).min() >= 1
    # None touches the border, but for the two nearest corners at x = -2 and 2, y = 3, z = 1.
    cut = ball[:, :, [0, -1]].any(axis=(1, 2)) | ball[:, [0, -1]].any(axis=(1, 2))
    corners = grid_module.BALL_GRID.points()[cut]
    assert np.abs(corners).tolist() == [[2, 3, 1]] * 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"position": None}, r"holds color, frames\. Received: evaluation of 'position'"),
        ({"frames": np.zeros((2, 3, 1, 3, 1), np.int64)}, r"uint8.*2 sequences of int64"),
        ({"frames": np.zeros((0, 3, 1, 3, 1), np.uint8)}, r"at least one.*0 sequences"),
    ],
)
@pytest.mark.parametrize("function", [evaluate, draw_pictures])
def test_arrays_that_cannot_be_evaluated(function, change, message, arrays, config):
    arrays = {**arrays, "color": np.zeros(3), **change}
    arrays = {name: values for name, values in arrays.items() if values is not None}
    with pytest.raises(UserError, match=message):
        function(ExactModel(), arrays, config)


def test_diverged_latents_are_named(arrays, config):
    z = np.full((N, TIME, 3), np.nan, np.float32)
    with pytest.raises(UserError, match="latents must be finite"):
        evaluate(ExactModel(), arrays, config, z)


def test_table_shows_every_metric_once_in_equal_columns(arrays, config):
    scores = evaluate(ExactModel(), arrays, config)
    table = summary_table({**scores, "train/loss": 1.25})
    lines = table.splitlines()
    assert lines[0].split()[-4:] == ["mean", "x", "y", "z"]
    assert len(lines[0]) == len(lines[1]) == len(lines[2])
    assert lines[3].split()[-4] == "-"  # the free latent has no mean
    n_probe_lines = 4
    n_headings = 2  # latents, training
    n_probe_scores = sum("mse" in name and "prior" not in name for name in scores)
    assert len(lines) == n_probe_lines + n_headings + len(scores) - n_probe_scores + 1
    assert lines[-1].split() == ["loss", "1.25"]
    assert not [line for line in lines if line != line.rstrip()]


def test_table_of_nothing_is_empty():
    assert summary_table({}) == ""
