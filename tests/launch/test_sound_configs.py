"""Configs of sound: they take a step, and presets say what they claim."""

import numpy as np
import pytest

from launch import configs
from sps_tf.errors import UserError
from sps_tf.evaluation import make_report
from sps_tf.training import building as builders
from sps_tf.training.validation import validate
from tests.launch.test_configs import OF_SOUND, shrink, take_steps

SOUND_SHAPE = (5, 513, 5, 1)


def test_paper_preset_of_sound_holds_the_numbers_of_the_text():
    config = configs.get_config("sps_scale", preset="paper")
    assert config.front_end == "stft_power"
    assert config.batch_size == 32  # of 27 clips, which repeat
    assert len(config.model.decoder.dense_units) + 1 == 3
    assert len(config.model.encoder.filters) == 3
    assert config.model.group.translation_limit == 1


def test_release_preset_of_sound_differs_from_the_text_where_the_code_does():
    config = configs.get_config("sps_scale/instruments", preset="paper_release")
    assert config.front_end == "stft_log2"
    assert config.steps == 200_000
    losses = config.losses
    assert (losses.latent_prior, losses.symmetry_prior, losses.symmetry_latent) == (2, 0, 4)
    assert config.model.group.translation_limit == 4
    assert (config.model.style_index, config.model.style_frames) == ("batch", 10)


@pytest.mark.parametrize("preset", configs.presets_of("sps_scale"))
@pytest.mark.parametrize("dataset", ["sps_scale", "sps_scale/instruments", "sps_melody"])
def test_every_sound_config_takes_a_step(dataset, preset):
    config = configs.get_config(dataset, preset=preset)
    shrink(config)
    frames = np.random.default_rng(0).uniform(size=(2, *SOUND_SHAPE)).astype("float16")
    model = builders.build_model(config, SOUND_SHAPE)
    builders.initialise_model(model, frames, config)
    history = take_steps(model, frames.astype("float32"), preset)
    assert np.isfinite(history["loss"]).all()
    assert model.layout.content == ("z_pitch",)
    assert len(model.layout.style) == (0 if dataset == "sps_scale" else 2)


@pytest.mark.parametrize("dataset", ["sps_scale/instruments", "sps_melody", "audio_folder"])
def test_pitch_beside_a_style_starts_with_less_noise_than_pitch_alone_and_reads_partials(dataset):
    alone = configs.get_config("sps_scale").model
    beside = configs.get_config(dataset).model
    assert alone.latent.style == ()
    assert len(beside.latent.style) == 2
    # With noise of exp(-6 / 2) the style is learned, z_pitch stays at 0 (docs/lab_book/sound.md).
    assert beside.encoder.logvar_bias < alone.encoder.logvar_bias
    assert beside.encoder.partials_per_octave > 0 == beside.encoder.frequency_blur_bins
    assert alone.encoder.partials_per_octave == 0 < alone.encoder.frequency_blur_bins


@pytest.mark.parametrize("dataset", configs.DATASETS)
def test_front_end_is_that_of_the_data_and_of_the_method(dataset):
    sounds = ("sps_scale", "sps_scale/instruments", "sps_melody", "audio_folder")
    front_end = "stft" if dataset in sounds else ""
    assert configs.get_config(dataset, "beta_vae").front_end == front_end
    if front_end:
        assert configs.get_config(dataset, "spice").front_end == "cqt"


@pytest.mark.parametrize("method", OF_SOUND)
def test_methods_of_sound_need_sound(method):
    with pytest.raises(UserError, match=rf"{method} needs sound.*sps_ball"):
        configs.get_config("sps_ball", method)


@pytest.mark.parametrize("method", ["gmvae", "ts_dsae"])
def test_baselines_of_two_encoders_take_a_step_and_are_scored(method):
    config = configs.get_config("sps_scale/instruments", method, "debug")
    validate(config)
    rng = np.random.default_rng(0)
    pitch = np.tile(np.arange(48, 53, dtype="float32"), (4, 1))[..., None]
    arrays = {
        "frames": rng.uniform(size=(4, 5, 128, 5, 1)).astype("float16"),
        "pitch": pitch,
        "instrument": np.array([b"Banjo", b"Flute"] * 2, object),
    }
    model = builders.build_model(config, (5, 128, 5, 1))
    builders.initialise_model(model, arrays["frames"], config)
    labels = pitch if model.reads_labels else None
    frames = arrays["frames"].astype("float32")
    history = model.fit(frames, labels, batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert model.reads_labels == (method == "gmvae")
    scores = make_report(model, arrays, config).metrics
    assert scores["test/style_change/precision_random"] == 0.5
    assert scores["test/style_change/ratio_chance"] == pytest.approx(1.034, abs=1e-3)
