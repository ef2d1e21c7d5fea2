"""Every shipped config builds, takes a step and is evaluated; presets say what they claim."""

import numpy as np
import pytest

from launch import builders, configs
from launch.evaluation import evaluate
from launch.validation import validate
from sps_tf.errors import UserError

SHAPE = (20, 32, 32, 3)


def tiny_arrays(n: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "frames": rng.integers(0, 256, (n, *SHAPE), dtype=np.uint8),
        "position": rng.normal(size=(n, 20, 3)).astype("float32"),
    }


def shrink(config) -> None:
    """Keep the settings, make the sizes tiny."""
    encoder = config.model.encoder
    encoder.filters = tuple(2 for _ in encoder.filters)
    config.model.prior.units = 4
    config.warm_start.update(align_steps=min(config.warm_start.align_steps, 2), align_starts=1)
    config.batch_size = 2


@pytest.mark.parametrize("preset", configs.PRESETS)
@pytest.mark.parametrize("method", configs.METHODS)
def test_every_config_takes_a_step_and_is_evaluated(preset, method):
    config = configs.get_config("sps_ball", method, preset, seed=1)
    validate(config)
    shrink(config)
    arrays = tiny_arrays()
    model = builders.build_model(config, SHAPE)
    builders.initialise_model(model, arrays["frames"], config)
    history = model.fit(arrays["frames"] / np.float32(255), batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    scores = evaluate(model, arrays, config)
    assert "test/linear_projection_mse" in scores
    assert ("test/prior_mse" in scores) == (method != "beta_vae")
    assert ("kl" in history) == (method != "sps_ae")


def test_paper_preset_holds_the_numbers_of_the_text():
    config = configs.get_config("sps_ball", preset="paper")
    # Section A.1.2, and section A.1.1 on the architecture.
    assert config.optimizer.learning_rate == 1e-3
    assert config.batch_size == 32
    assert config.losses.latent_prior == 1
    assert config.losses.symmetry_prior == config.losses.symmetry_latent == 2
    assert config.losses.kl == 0.01
    assert config.model.group.n_transforms == 4
    assert config.model.n_given == 5
    assert len(config.model.encoder.filters) == 4
    assert np.prod(config.model.encoder.strides) == 32 / 8
    assert len(config.model.decoder.dense_units) + 1 == 4
    assert (config.model.prior.cell, config.model.prior.units) == ("simple_rnn", 256)
    departures = config.model.prior.residual, config.model.latent_scale, config.warm_start
    assert departures[:2] == (False, "none")
    assert not any((departures[2].smooth_encoder, departures[2].whiten_sequences))
    assert config.warm_start.align_steps == 0


def test_release_preset_differs_from_the_text_where_the_code_does():
    config = configs.get_config("sps_ball", preset="paper_release")
    assert config.model.encoder.filters == (64, 128, 256)
    assert config.model.encoder.noise_rule == "paper_release"
    assert config.model.group.mode == "separate"
    assert config.losses.latent_prior == 2


def test_method_and_preset_are_overrides_of_one_default():
    default = configs.get_config("sps_ball", preset="fast").to_dict()
    beta = configs.get_config("sps_ball", "beta_vae", "fast").to_dict()
    changed = {k for k in default if default[k] != beta[k]}
    assert changed == {"method", "warm_start"}


@pytest.mark.parametrize(
    "arguments, near",
    [
        (("sps_bal",), "sps_ball"),
        (("sps_ball", "sps_ea"), "sps_ae"),
        (("sps_ball", "sps", "papper"), "paper"),
    ],
)
def test_unknown_names_suggest_the_near_ones(arguments, near):
    with pytest.raises(UserError, match=f"Did you mean '{near}'"):
        configs.get_config(*arguments)


def test_locked_config_refuses_a_misspelt_field():
    config = configs.get_config("sps_ball")
    with pytest.raises(AttributeError, match="batch_size"):
        config.batch_siez = 3
