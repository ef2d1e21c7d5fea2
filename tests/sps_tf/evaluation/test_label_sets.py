"""The data set's own labels, those derived from them, and data without any."""

import numpy as np
import pytest
from ml_collections import ConfigDict

from sps_tf.errors import UserError
from sps_tf.evaluation import draw_pictures, evaluate, summary_table
from sps_tf.evaluation.label_sets import label_sets
from tests.sps_tf.evaluation.test_evaluation import ExactModel, NoPriorModel

N, TIME = 10, 6


def make_config(**evaluation):
    settings = {
        "label": "label",
        "label_names": ["vertical", "horizontal", "area"],
        "derived": "kitti_location",
        "n_given": 2,
        "n_transforms": 4,
        "batch_size": 4,
    }
    config = {"dataset": "kitti_masks", "seed": 0, "evaluation": {**settings, **evaluation}}
    return ConfigDict(config).lock()


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    position = rng.uniform(20, 40, (N, TIME, 2))
    area = rng.uniform(30, 600, (N, TIME, 1))
    return {
        "frames": rng.integers(20, 236, (N, TIME, 1, 3, 1), dtype=np.uint8),
        "label": np.concatenate([position, area], axis=-1).astype(np.float32),
    }


def location_by_hand(label):
    """Return vertical, horizontal and 1 / tan(sqrt(area) pi / 384)."""
    return np.stack(
        [label[..., 0], label[..., 1], 1 / np.tan(np.sqrt(label[..., 2]) * np.pi / 384)], axis=-1
    )


def residual(z, target):
    """Return the mean squared residual of a straight-line fit, over the target's variance."""
    slope, offset = np.polyfit(z.ravel(), target.ravel(), 1)
    return np.mean((slope * z + offset - target) ** 2) / target.var()


def test_mse_2_is_that_of_the_estimated_location(arrays):
    label = arrays["label"].astype(np.float64)
    scores = evaluate(NoPriorModel(), arrays, make_config(), location_by_hand(label))
    found = {name: scores[f"test/linear_projection_mse{name}"] for name in ("", "_2")}
    assert found["_2"] == pytest.approx(0, abs=1e-9)
    assert found[""] == pytest.approx(scores["test/linear_projection_mse/area"] / 3, abs=1e-9)


def test_both_sets_are_scored_an_axis_at_a_time_held_out_and_on_the_same_points(arrays):
    # Three copies of the area: each score is that of a straight-line fit.
    label = arrays["label"].astype(np.float64)
    z = label[..., 2:] * np.ones(3)
    scores = evaluate(NoPriorModel(), arrays, make_config(), z)
    for suffix, targets, names in (
        ("", label, ("vertical", "horizontal", "area")),
        ("_2", location_by_hand(label), ("vertical", "horizontal", "distance")),
    ):
        expected = [residual(label[..., 2], targets[..., i]) for i in range(3)]
        key = f"test/linear_projection_mse{suffix}_same_points"
        found = [scores[f"{key}/{name}"] for name in names]
        assert found == pytest.approx(expected, abs=1e-9)
        assert scores[key] == pytest.approx(np.mean(expected), abs=1e-9)
        assert {f"test/linear_projection_mse{suffix}/{name}" for name in names} <= set(scores)
    assert 0.05 < scores["test/linear_projection_mse_2_same_points/distance"] < 0.95


def test_the_free_latent_is_asked_for_both_sets(arrays):
    z = location_by_hand(arrays["label"].astype(np.float64))
    scores = evaluate(ExactModel(), arrays, make_config(), z)
    assert scores["test/free_latent_mse/horizontal"] == pytest.approx(0, abs=1e-9)
    assert scores["test/free_latent_mse_2/horizontal"] == pytest.approx(0, abs=1e-9)
    assert not {"test/free_latent_mse", "test/free_latent_mse_2"} & set(scores)


def test_a_config_without_derived_labels_has_one_set(arrays):
    config = make_config()
    with config.unlocked():
        del config.evaluation.derived
    (only,) = label_sets(arrays, config)
    assert (only.suffix, only.name) == ("", "label")
    assert only.targets is arrays["label"]
    assert not [name for name in evaluate(NoPriorModel(), arrays, config) if "_mse_2" in name]


def test_table_has_a_row_for_each_set(arrays):
    lines = summary_table(evaluate(NoPriorModel(), arrays, make_config())).splitlines()
    columns = ["mean", "vertical", "horizontal", "area", "distance"]
    assert lines[0].split()[-5:] == columns
    rows = {line.split("  ")[1].strip(): line.split()[-5:] for line in lines[1:5]}
    assert rows["held-out fit"][-1] == "-"
    assert rows["held-out fit, derived labels"][-2] == "-"


@pytest.mark.parametrize("model", [ExactModel(), NoPriorModel()], ids=["prior", "no_prior"])
def test_pictures_show_each_set(model, arrays):
    pictures = draw_pictures(model, arrays, make_config())
    assert {"latent_against_label", "latent_against_kitti_location"} <= set(pictures)


@pytest.mark.parametrize("model", [ExactModel(), NoPriorModel()], ids=["prior", "no_prior"])
def test_data_without_labels_are_scored_on_everything_else(model, arrays):
    config = make_config(label="", label_names=[], derived="")
    labelled = evaluate(model, arrays, make_config())
    del arrays["label"]
    scores = evaluate(model, arrays, config)
    probes = {name for name in labelled if "projection" in name or "free_latent" in name}
    assert set(scores) == set(labelled) - probes
    assert set(draw_pictures(model, arrays, config)) == {"latent_traversal", "branches"}
    assert "self-reconstruction" in summary_table(scores)


def test_wrong_sets_are_named(arrays):
    with pytest.raises(UserError, match="Did you mean 'kitti_location'"):
        label_sets(arrays, make_config(derived="kiti_location"))
    with pytest.raises(UserError, match=r"derived='kitti_location' without a label"):
        label_sets(arrays, make_config(label=""))
