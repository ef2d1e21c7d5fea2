"""The data set's own labels, those derived from them, and data without any."""

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.errors import UserError
from sps_tf.evaluation import EVALUATORS, make_report
from sps_tf.latent_layout import LatentLayout
from tests.sps_tf.evaluation.fakes import ExactModel, NoPriorModel, make_context, run
from tests.sps_tf.evaluation.fakes import make_config as make_any_config

N, TIME = 10, 6
PROBES = ("linear_probe", "location_probe")


def make_config(*evaluators, **settings):
    labels = {"label": "label", "label_names": ("vertical", "horizontal", "area")}
    return make_any_config(*(evaluators or PROBES), **{**labels, "label_unit": "", **settings})


def score(model, arrays, config, z):
    return run(make_context(model, arrays, config, z)).metrics


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
    scores = score(NoPriorModel(), arrays, make_config(), location_by_hand(label))
    found = {name: scores[f"linear_projection_mse{name}"] for name in ("", "_2")}
    assert found["_2"] == pytest.approx(0, abs=1e-9)
    assert found[""] == pytest.approx(scores["linear_projection_mse/area"] / 3, abs=1e-9)


def test_both_sets_are_scored_an_axis_at_a_time_held_out_and_on_the_same_points(arrays):
    # Three copies of the area: each score is that of a straight-line fit.
    label = arrays["label"].astype(np.float64)
    z = label[..., 2:] * np.ones(3)
    scores = score(NoPriorModel(), arrays, make_config(), z)
    for suffix, targets, names in (
        ("", label, ("vertical", "horizontal", "area")),
        ("_2", location_by_hand(label), ("vertical", "horizontal", "distance")),
    ):
        expected = [residual(label[..., 2], targets[..., i]) for i in range(3)]
        key = f"linear_projection_mse{suffix}_same_points"
        found = [scores[f"{key}/{name}"] for name in names]
        assert found == pytest.approx(expected, abs=1e-9)
        assert scores[key] == pytest.approx(np.mean(expected), abs=1e-9)
        assert {f"linear_projection_mse{suffix}/{name}" for name in names} <= set(scores)
    assert 0.05 < scores["linear_projection_mse_2_same_points/distance"] < 0.95


def test_the_free_latent_is_asked_for_both_sets(arrays):
    z = location_by_hand(arrays["label"].astype(np.float64))
    scores = score(ExactModel(), arrays, make_config(), z)
    assert scores["free_latent_mse/horizontal"] == pytest.approx(0, abs=1e-9)
    assert scores["free_latent_mse_2/horizontal"] == pytest.approx(0, abs=1e-9)
    assert not {"free_latent_mse", "free_latent_mse_2"} & set(scores)


def test_a_config_without_the_location_has_one_set(arrays):
    report = make_report(NoPriorModel(), arrays, make_config("linear_probe", "latent_scatter"))
    assert "test/linear_projection_mse/area" in report.metrics
    assert not [name for name in report.metrics if "_mse_2" in name]
    assert set(report.pictures) == {"latent_against_label"}


def test_pictures_show_each_set_with_its_names_and_unit(arrays, monkeypatch):
    drawn = []

    def draw(z, targets, latents, names, title):
        drawn.append((list(names), title, targets))
        return np.zeros((1, 1, 3), np.uint8)

    monkeypatch.setattr(figures, "draw_latent_scatter", draw)
    config = make_config("latent_scatter", "location_scatter", label_unit="px")
    pictures = make_report(ExactModel(), arrays, config).pictures
    assert set(pictures) == {"latent_against_label", "latent_against_kitti_location"}
    own, derived = drawn
    assert own[0] == ["vertical (px)", "horizontal (px)", "area (px)"]
    assert own[1] == "Latents against the true label, step 7"
    assert own[2] is arrays["label"]
    assert derived[0] == ["vertical", "horizontal", "distance"]
    assert derived[1] == "Latents against the derived kitti_location, step 7"
    location = location_by_hand(arrays["label"].astype(np.float64))
    np.testing.assert_allclose(derived[2], location, rtol=1e-6)


def test_data_without_labels_are_not_compared_with_any(arrays):
    del arrays["label"]
    config = make_config(*PROBES, "latent_scatter", "location_scatter", "latent_std", label="")
    report = make_report(NoPriorModel(), arrays, config)
    assert {name.split("/")[1] for name in report.metrics} == {"latent_std"}
    assert not report.pictures


class TwoBodies(ExactModel):
    """Two parts of two latents."""

    layout = LatentLayout(("a1", "b1", "a2", "b2"), n_bodies=2)


def two_bodies(names=("left_x", "left_y", "right_x", "right_y")):
    """Return arrays with labels of two bodies, and a config that asks for their probe."""
    labels = np.random.default_rng(0).normal(size=(N, TIME, 4))
    frames = np.zeros((N, TIME, 1, 3, 1), np.uint8)
    config = make_config("body_probe", label_names=names)
    return {"frames": frames, "label": labels}, config


def test_bodies_are_paired_with_the_parts_that_know_them():
    arrays, config = two_bodies()
    label = arrays["label"]
    # The first part is the right body, mixed; of the left one only x is known, by the second.
    right = label[..., 2:] @ np.array([[1, 2], [-1, 0.5]])
    left = np.stack([label[..., 0], np.random.default_rng(1).normal(size=(N, TIME))], axis=-1)
    scores = score(TwoBodies(), arrays, config, np.concatenate([right, left], axis=-1))
    for known in ("left_x", "right_x", "right_y"):
        assert scores[f"own_body_mse/{known}"] == pytest.approx(0, abs=1e-9)
    assert scores["own_body_mse/left_y"] > 0.8
    assert scores["own_body_mse"] == pytest.approx(scores["own_body_mse/left_y"] / 4)
    assert scores["other_body_mse"] > 0.8


def test_a_part_that_knows_both_bodies_is_told():
    arrays, config = two_bodies()
    mixed = arrays["label"][..., [0, 2, 1, 3]]
    scores = score(TwoBodies(), arrays, config, mixed)
    assert scores["own_body_mse"] == pytest.approx(scores["other_body_mse"], abs=0.1)
    assert 0.4 < scores["own_body_mse"] < 0.6


def test_labels_that_do_not_part_into_bodies_are_refused():
    arrays, config = two_bodies(("x", "y", "z"))
    arrays["label"] = arrays["label"][..., :3]
    with pytest.raises(UserError, match="the same labels of each of the 2 bodies"):
        score(TwoBodies(), arrays, config, np.zeros((N, TIME, 4)))


def test_one_body_has_no_body_probe(arrays):
    context = make_context(ExactModel(), arrays, make_config("body_probe"), arrays["label"])
    assert not EVALUATORS["body_probe"].applies(context)


def test_free_latents_are_those_of_every_body():
    context = make_context(TwoBodies(), *two_bodies(), np.zeros((N, TIME, 4)))
    context.model.group = type("Group", (), {"dims": ("a1",)})
    assert context.free_latents == ("b1", "b2")
