"""What a config's fields do to the model."""

import numpy as np
import pytest

from launch import configs
from sps_tf import layers
from sps_tf.errors import UserError
from sps_tf.training import building as builders

SHAPE = (20, 32, 32, 3)


def build(**changes):
    config = configs.get_config("sps_ball", preset="debug", seed=2)
    config.update_from_flattened_dict(changes)
    return builders.build_model(config, SHAPE), config


def test_same_seed_builds_the_same_weights_and_another_seed_others():
    (first, _), (second, _), (other, _) = build(), build(), build(seed=3)
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    kernels = [m.encoder.convolutions[0].kernel for m in (first, other)]
    assert np.abs(np.asarray(kernels[0]) - np.asarray(kernels[1])).max() > 0


@pytest.mark.parametrize(
    "name", ["(R^1,+)", "(R^3,+)", "SO(2)", "(R^1,+)xSO(2)", "(R^3,+)xSO(2)", "(R^2,+)xSO(3)"]
)
def test_groups_of_figure_8_are_named_in_the_config(name):
    model, _ = build(**{"model.group.name": name})
    frames = np.zeros((2, *SHAPE), "float32")
    assert np.isfinite(model.fit(frames, batch_size=2, verbose=0).history["loss"]).all()


def test_zero_transforms_turn_the_symmetry_off():
    model, _ = build(**{"model.group.n_transforms": 0})
    assert not [name for name in model.loss_names if "symmetry" in name]


def test_two_balls_share_one_prior_one_group_and_one_flow():
    config = configs.get_config("sps_ball/two", preset="debug")
    model = builders.build_model(config, SHAPE)
    assert (model.layout.n_bodies, model.encoder.n_bodies, model.layout.content_size) == (2, 2, 6)
    assert model.prior.content_size == model.encoder.flow.size == 3
    assert model.group.dims == ("z1", "z3")
    assert isinstance(model.moments, layers.BodyMoments)


def test_impossible_group_is_refused_without_any_data():
    with pytest.raises(UserError, match="Received"):
        build(**{"model.group.name": "SO(5)"})
    config = configs.get_config("sps_ball")
    builders.check_latents(config)
    config.model.group.name = "SO(7)"
    with pytest.raises(UserError, match=r"needs 7 latent dimensions"):
        builders.check_latents(config)
    config.model.latent.content = ("z1", "z1")
    with pytest.raises(UserError, match="must differ"):
        builders.check_latents(config)


def test_statistics_come_from_the_training_frames_alone():
    model, config = build(**{"warm_start.align_steps": 0})
    frames = np.random.default_rng(0).integers(0, 256, (6, *SHAPE), dtype=np.uint8)
    builders.initialise_model(model, frames, config)
    median = np.median(frames.reshape(-1, 32, 32, 3), axis=0) / 255
    np.testing.assert_allclose(model.encoder.centering.median, median, atol=1e-6)
    mean = frames.mean(axis=(0, 1)) / 255
    bias = np.asarray(model.decoder.frame_bias)
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), mean, atol=1e-3)


def test_mixed_precision_is_a_field_and_does_not_leak_to_the_next_model():
    mixed, _ = build(mixed_precision=True)
    plain, _ = build()
    assert mixed.decoder.compute_dtype == "bfloat16"
    assert plain.decoder.compute_dtype == "float32"


def test_learning_rate_decays_to_its_share():
    model, config = build(**{"optimizer.final_rate_fraction": 0.05})
    schedule = model.optimizer._learning_rate
    np.testing.assert_allclose(schedule(config.steps), 0.05 * 1e-3, rtol=1e-4)
