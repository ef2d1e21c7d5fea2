import pytest

from launch.configs import DATASETS, METHODS, PRESETS, get_config, presets_of
from sps_tf.errors import UserError
from sps_tf.training.validation import validate, validate_data


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("preset", PRESETS)
def test_every_shipped_config_is_valid(dataset, method, preset):
    if method in ("spice", "gmvae", "ts_dsae") and dataset.startswith(
        ("sps_ball", "kitti_masks", "video_folder")
    ):
        pytest.skip("there is no pitch in a video")
    if preset not in presets_of(dataset):
        pytest.skip("the ball alone has it")
    validate(get_config(dataset, method, preset, 0))


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("batch_size", 0, "at least 1. Received: 0"),
        ("steps", 0, "at least 1. Received: 0"),
        ("steps", 2**63, "within .* number of 64 bits"),
        ("seed", 10**30, "within .* number of 100 bits"),
        ("data.n_train", 10**12, "within .* number of 40 bits"),
        ("optimizer.learning_rate", 1e300, r"at most 100. Received: 1e\+300"),
        ("optimizer.clip_norm", -1.0, "at least 0. Received: -1.0"),
        ("losses.kl", -1.0, "at least 0. Received: -1.0"),
        ("losses.kl", float("nan"), "at least 0. Received: nan"),
        ("model.encoder.logvar_bias", float("inf"), "within .* Received: inf"),
        ("model.encoder.filters", (8, 0, 8), r"between 1 and 8,192. Received: \(8, 0, 8\)"),
        ("model.encoder.filters", (8192, 8192, 8), "weights, more than the"),
        ("model.encoder.strides", (2, -2, 2), "between 1 and 8,192"),
        ("model.decoder.dense_units", (10**6,), "between 1 and 8,192"),
        ("model.prior.units", 0, "between 1 and 8,192. Received: 0"),
        ("model.prior.n_layers", -1, "between 1 and 8,192. Received: -1"),
        ("batch_size", 17, "at most twice the 8 sequences of the training set. Received: 17"),
        ("batch_size", 10**6, "between 1 and 8,192. Received: 1000000"),
        ("model.group.n_transforms", 10**6, "at most 1,024. Received: 1000000"),
        ("evaluation.n_transforms", 10**9, "at most 1,024. Received: 1000000000"),
        ("warm_start.align_transforms", 2000, "at most 1,024. Received: 2000"),
        ("warm_start.align_starts", 10**6, "at most 1,024. Received: 1000000"),
        ("steps", 7, r"multiple of config.log_every \(2\), such as 6 or 8. Received: 7"),
        ("steps", 1, "such as 2. Received: 1"),
        ("log_every", 0, "at least 1. Received: 0"),
        ("checkpoint_every", 3, "such as 2 or 4. Received: 3"),
        ("eval_every", -2, "at least 0. Received: -2"),
        ("early_end_steps", -2, "at least 0. Received: -2"),
        ("early_end_steps", 3, "such as 2 or 4. Received: 3"),
        ("model.group.n_transforms", -1, "at least 0. Received: -1"),
        ("model.n_given", 0, "at least 1. Received: 0"),
        ("optimizer.learning_rate", 0.0, "above 0 .*Received: 0.0"),
        ("optimizer.learning_rate", float("nan"), "above 0 .*Received: nan"),
        ("evaluation.n_given", 0, "at least 1. Received: 0"),
        ("evaluation.n_transforms", -1, "at least 0. Received: -1"),
        ("warm_start.align_steps", -1, "at least 0. Received: -1"),
        ("warm_start.align_starts", 0, "at least 1. Received: 0"),
        ("warm_start.align_transforms", -4, "at least 0. Received: -4"),
        ("model.encoder.flow_passes", -1, "at least 0. Received: -1"),
        ("warm_start.align_rate", 1e18, r"above 0 and at most 1. Received: 1e\+18"),
        ("warm_start.imitate_rate", 0.0, "above 0 and at most 1. Received: 0.0"),
    ],
)
def test_senseless_settings_are_named_with_rule_and_value(path, value, reason):
    config = get_config("sps_ball", "sps", "debug", 0)
    config.update_from_flattened_dict({path: value})
    with pytest.raises(UserError, match=f"config.{path} .*{reason}"):
        validate(config)


def test_an_early_end_needs_the_loss_that_it_waits_for():
    config = get_config("sps_melody", "gmvae")
    validate(config)
    config.early_end_steps = 1_000
    with pytest.raises(UserError, match=r"recon_self, which gmvae .*Received: 1000"):
        validate(config)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("warm_start.align_steps", "leaves latents of a small spread"),
        ("warm_start.slow_components", "moves partials for slow components"),
        ("model.encoder.partials_per_octave", "moves partials for slow components"),
    ],
)
def test_moved_sequences_need_partials_slow_components_and_an_alignment(path, reason):
    config = get_config("sps_melody")
    validate(config)
    config.update_from_flattened_dict({path: 0})
    with pytest.raises(UserError, match=rf"transpose_octaves {reason}.*transpose_octaves=3.5"):
        validate(config)


@pytest.mark.parametrize(
    ("dataset", "changes", "reason"),
    [
        ("sps_ball", {"model.encoder.centering_scale": 0.0}, "pictures less their median"),
        ("sps_ball", {"warm_start.slow_components": 16}, "pictures less their median"),
        ("sps_ball/two", {}, "one body"),
        ("sps_melody", {"warm_start.shift_pixels": 2}, "pictures less their median"),
    ],
)
def test_shifts_are_for_centred_pictures_of_one_body(dataset, changes, reason):
    config = get_config("sps_ball")
    config.warm_start.shift_pixels = 12
    validate(config)
    config = get_config(dataset)
    config.update_from_flattened_dict({"warm_start.shift_pixels": 12, **changes})
    with pytest.raises(UserError, match=rf"shift_pixels .*{reason}.*shift_pixels="):
        validate(config)


def test_partials_and_a_blur_at_once_are_refused_and_so_are_too_few_places():
    config = get_config("sps_scale/instruments")
    config.model.encoder.partials_per_octave = 3
    with pytest.raises(UserError, match=r"partials_per_octave must be 0 .* Received: 3"):
        validate(config)
    config.model.encoder.update(partials_per_octave=24, frequency_blur_bins=4.0)
    with pytest.raises(UserError, match=r"partials or a blurred spectrogram.*Received: 4.0, 24"):
        validate(config)
    config.model.encoder.frequency_blur_bins = 0.0
    validate(config)


def test_a_place_head_needs_partials_and_a_taught_one_a_prior_and_one_latent():
    config = get_config("sps_scale/instruments")
    config.model.encoder.update(partials_per_octave=0)
    with pytest.raises(UserError, match=r"place head reads partials.*Received: place_filters=\(16"):
        validate(config)
    config.model.encoder.update(partials_per_octave=24, place_filters=())
    with pytest.raises(UserError, match=r"place_filters to \(16, 16\).*Received: place_steps=800"):
        validate(config)
    config.model.encoder.place_filters = (16, 16)
    config.model.latent.content = ("z_pitch", "z2")
    with pytest.raises(UserError, match=r"set it to 0. Received: method sps, .*'z2'"):
        validate(config)
    config = get_config("sps_scale/instruments", "beta_vae")
    validate(config)
    config.warm_start.place_steps = 5
    with pytest.raises(UserError, match=r"set it to 0. Received: method beta_vae, .*'z_pitch'"):
        validate(config)


def test_a_place_head_alone_is_refused_but_for_spice_which_has_none():
    config = get_config("sps_scale/instruments", "beta_vae")
    config.update_from_flattened_dict({"model.latent.style": (), "evaluation.changes.style": ()})
    with pytest.raises(UserError, match=r"place_filters to \(\).*latents \('z_pitch',\)"):
        validate(config)
    config.model.encoder.place_filters = ()
    validate(config)
    validate(get_config("sps_scale/instruments", "spice"))


def test_an_alignment_without_a_flow_is_refused():
    config = get_config("sps_ball", "sps", "debug", 0)
    config.model.encoder.flow_passes = 0
    with pytest.raises(UserError, match=r"flow_passes to 3.* or align_steps to 0.*flow_passes=0"):
        validate(config)


def test_no_pictures_and_no_symmetry_are_allowed():
    config = get_config("sps_ball", "sps", "debug", 0)
    config.update_from_flattened_dict({"eval_every": 0, "model.group.n_transforms": 0})
    validate(config)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("batch_size", 17, "at most twice the 8 sequences"),
        ("model.n_given", 20, "must leave frames to predict of the 20"),
        ("evaluation.n_given", 25, "must leave frames to predict of the 20"),
    ],
)
def test_settings_too_large_for_the_data_are_named(path, value, reason):
    config = get_config("sps_ball", "sps", "debug", 0)
    validate_data(config, (8, 20, 32, 32, 3))
    config.update_from_flattened_dict({path: value})
    with pytest.raises(UserError, match=f"config.{path} .*{reason}.* Received: {value}"):
        validate_data(config, (8, 20, 32, 32, 3))


def test_training_split_is_never_called_test():
    config = get_config("sps_scale")
    config.evaluation.split = "train"
    with pytest.raises(UserError, match=r"evaluation\.split.*'train'"):
        validate(config)
