"""Every shipped config builds, takes a step and is evaluated; presets say what they claim."""

import numpy as np
import pytest

from launch import configs
from sps_tf.errors import UserError
from sps_tf.evaluation import make_report
from sps_tf.training import building as builders
from sps_tf.training.validation import validate

SHAPE = (7, 32, 32, 3)  # n_given is 5
OF_SOUND = ("spice", "gmvae", "ts_dsae")
SCORES = ("linear_probe", "reconstruction", "prior", "equivariance", "latent_std")


def tiny_arrays(n: int = 4) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "frames": rng.integers(0, 256, (n, *SHAPE), dtype=np.uint8),
        "position": rng.normal(size=(n, SHAPE[0], 3)).astype("float32"),
    }


# Presets whose graphs are those of another one, in other sizes: their steps are not traced again.
OTHER_SIZES = ("long", "paper_small", "debug")


def take_steps(model, frames, preset):
    """Train on two batches at most; return Keras's history."""
    model.run_eagerly = preset in OTHER_SIZES
    return model.fit(frames, batch_size=2, verbose=0).history


def shrink(config) -> None:
    """Keep the settings, make the sizes tiny."""
    encoder = config.model.encoder
    encoder.filters = tuple(2 for _ in encoder.filters)
    config.model.prior.units = 4
    config.warm_start.update(align_steps=min(config.warm_start.align_steps, 2), align_starts=1)
    config.batch_size = 2


@pytest.mark.parametrize("preset", configs.PRESETS)
@pytest.mark.parametrize("method", [m for m in configs.METHODS if m not in OF_SOUND])
def test_every_config_takes_a_step_and_is_evaluated(preset, method):
    config = configs.get_config("sps_ball", method, preset, seed=1)
    validate(config)
    shrink(config)
    config.warm_start.imitate_steps = min(config.warm_start.imitate_steps, 2)
    arrays = tiny_arrays()
    model = builders.build_model(config, SHAPE)
    builders.initialise_model(model, arrays["frames"], config)
    history = take_steps(model, arrays["frames"] / np.float32(255), preset)
    assert np.isfinite(history["loss"]).all()
    config.evaluation.evaluators = SCORES
    scores = make_report(model, arrays, config).metrics
    assert "test/linear_projection_mse" in scores
    assert ("test/prior_mse" in scores) == (method != "beta_vae")
    assert ("kl" in history) == (method not in ("sps_ae", "sps_ae_k0"))
    assert ("symmetry_prior" in history) == (method in ("sps", "sps_ae"))


@pytest.mark.parametrize("method", ["sps", "sps_k0", "beta_vae"])
def test_config_of_two_balls_takes_a_step_and_is_evaluated(method):
    config = configs.get_config("sps_ball/two", method, "debug")
    validate(config)
    shrink(config)
    arrays = tiny_arrays()
    arrays["position"] = np.concatenate([arrays["position"], -(arrays["position"] ** 2)], axis=-1)
    model = builders.build_model(config, SHAPE)
    builders.initialise_model(model, arrays["frames"], config)
    history = take_steps(model, arrays["frames"] / np.float32(255), "debug")
    assert np.isfinite(history["loss"]).all()
    assert "body_probe" in config.evaluation.evaluators
    config.evaluation.evaluators = (*SCORES, "body_probe")
    scores = make_report(model, arrays, config).metrics
    assert {"test/linear_projection_mse/blue_z", "test/own_body_mse/green_x"} <= set(scores)
    assert ("test/prior_mse" in scores) == (method != "beta_vae")


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
    assert not departures[2].imitate_steps
    assert config.warm_start.align_steps == config.model.encoder.flow_passes == 0
    assert not config.losses.imitation


def forced_share(config, step):
    """Return the share of teacher forcing at a step, by hand: an inverse sigmoid."""
    forcing = config.model.teacher_forcing
    passed = np.exp((forcing.speed * step + forcing.shift) / forcing.scale)
    return forcing.scale / (forcing.scale + passed)


@pytest.mark.parametrize("dataset", ["sps_ball", "sps_scale"])
def test_paper_preset_relies_on_its_own_output_after_50_000_steps(dataset):
    paper = configs.get_config(dataset, preset="paper")
    assert forced_share(paper, 20_000) > 0.5
    assert forced_share(paper, 50_000) == pytest.approx(0.016, abs=0.001)
    release = configs.get_config(dataset, preset="paper_release")
    assert forced_share(release, 20_000) < 0.017


def test_small_paper_preset_differs_in_size_decoded_frames_and_the_end_of_teacher_forcing():
    paper = configs.get_config("sps_ball", preset="paper")
    small = configs.get_config("sps_ball", preset="paper_small")
    sizes = {
        "preset": "paper_small",
        "batch_size": 8,
        "eval_every": 5_000,
        "model.encoder.filters": tuple(n // 8 for n in paper.model.encoder.filters),
        "model.decode_transforms": "one",
        "model.n_self_frames": 6,
        "model.n_predicted_frames": 4,
        "model.teacher_forcing.speed": 1.0,
    }
    assert small.steps == 80_000
    assert small.model.teacher_forcing.enabled
    paper.update_from_flattened_dict(sizes)
    assert small == paper


@pytest.mark.parametrize("preset", configs.presets_of("sps_ball/colorful"))
def test_every_preset_of_the_colourful_ball_takes_a_step(preset):
    config = configs.get_config("sps_ball/colorful", preset=preset)
    shrink(config)
    config.warm_start.imitate_steps = min(config.warm_start.imitate_steps, 2)
    frames = tiny_arrays()["frames"]
    model = builders.build_model(config, SHAPE)
    builders.initialise_model(model, frames, config)
    model.run_eagerly = True
    history = model.fit(frames[:2] / np.float32(255), batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert model.layout.style == ("z4", "z5")
    of_text = preset in ("paper", "paper_small")
    assert (config.losses.inconstancy == 0) == (of_text or preset == "paper_release")
    assert model.style_pooling.index == ("batch" if preset == "paper_release" else "sequence")


def test_colourful_ball_has_the_alignment_and_the_flow_of_the_plain_one():
    plain = configs.get_config("sps_ball").to_dict()
    colourful = configs.get_config("sps_ball/colorful").to_dict()
    parts = [(plain[part], colourful[part]) for part in ("optimizer", "warm_start", "losses")]
    parts.append((plain["model"]["encoder"], colourful["model"]["encoder"]))
    changed = {name for one, other in parts for name in one if one[name] != other[name]}
    of_style = {"inconstancy", "prior_rate_factor", "logvar_bias"}
    assert changed == {"moments_size", "shift_pixels", *of_style}
    assert colourful["warm_start"]["moments_size"] == "area"


@pytest.mark.parametrize(
    ("dataset", "fast", "long"),
    [("sps_ball", 0, 12), ("sps_ball/colorful", 12, 12), ("sps_ball/two", 0, 0)],
)
def test_the_start_shifts_frames_where_one_thing_moves(dataset, fast, long):
    for preset, pixels in (("fast", fast), ("long", long)):
        config = configs.get_config(dataset, preset=preset)
        assert config.warm_start.shift_pixels == pixels
        validate(config)


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
    assert changed == {"method", "warm_start", "model", "losses"}


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


@pytest.mark.parametrize("dataset", configs.DATASETS)
@pytest.mark.parametrize("preset", configs.PRESETS)
def test_every_data_set_has_every_preset_but_those_of_the_ball(dataset, preset):
    if preset in ("long", "paper_small") and not dataset.startswith("sps_ball"):
        with pytest.raises(UserError, match="has the presets fast, paper, paper_release, debug"):
            configs.get_config(dataset, preset=preset)
        return
    config = configs.get_config(dataset, preset=preset)
    # The paper's presets of the masks have the authors' split.
    assert config.dataset.startswith(dataset)
    assert config.preset == preset
    validate(config)
    assert config.is_locked


def test_ablations_differ_from_the_method_in_k_alone():
    for with_k, without in (("sps", "sps_k0"), ("sps_ae", "sps_ae_k0")):
        config = configs.get_config("sps_scale", with_k)
        assert config.model.group.n_transforms == 4
        with config.unlocked():
            config.update(method=without)
            config.model.group.n_transforms = 0
        assert config == configs.get_config("sps_scale", without)
