"""The SPICE method from its config to a calibrated model."""

import numpy as np
import pytest

from launch import configs
from sps_tf.audio import cqt
from sps_tf.audio.calibration_tones import calibration_tones
from sps_tf.data import Data
from sps_tf.models import SPICE
from sps_tf.training import building as builders
from sps_tf.training import trainer as training
from sps_tf.training.calibration import calibrate

N_TIMES = 5


def arrays() -> dict[str, np.ndarray]:
    """The calibration tones as five clips of five notes."""
    waveform, pitch = calibration_tones()
    frames = cqt.cqt_images(waveform).astype("float16")
    order = np.random.default_rng(0).permutation(len(frames))
    return {
        "frames": frames[order].reshape(-1, N_TIMES, cqt.N_BINS, 5, 1),
        "pitch": pitch[order].reshape(-1, N_TIMES, 1),
    }


@pytest.fixture(scope="module")
def config():
    config = configs.get_config("sps_scale", "spice")
    config.update(batch_size=5, steps=160)
    config.model.spice.update(n_hops=10, equaliser=0.05)
    config.optimizer.learning_rate = 1e-2
    return config


@pytest.fixture(scope="module")
def model(config) -> SPICE:
    x = arrays()["frames"]
    model = builders.build_model(config, x.shape[1:])
    builders.initialise_model(model, x, config)
    frames = np.tile(x.astype("float32"), (16, 1, 1, 1, 1))
    history = model.fit(frames, batch_size=5, epochs=10, shuffle=False, verbose=0).history
    assert set(model.loss_names) <= set(history)
    assert history["pitch"][-1] < history["pitch"][0]
    return model


def test_the_config_builds_the_model_it_describes(config, model):
    assert isinstance(model, SPICE)
    assert model.layout.names == ("z_pitch",)
    assert model.max_shift_bins == config.model.spice.max_shift_bins
    assert model.bins_per_octave == cqt.BINS_PER_OCTAVE
    assert model.loss_weights_table == {
        name: config.losses[name] for name in ("pitch", "recon_self", "confidence")
    }


def test_style_is_left_out_for_data_of_many_instruments():
    config = configs.get_config("sps_scale/instruments", "spice")
    assert tuple(config.model.latent.style) == ()


def test_calibration_on_training_clips_gives_their_pitches(config, model):
    result = calibrate(model, arrays(), config)
    assert result["notes"] == "5 training clips" and result["n_notes"] == 25
    z = model.encode(arrays()["frames"].astype("float32"))
    errors = np.abs(np.asarray(model.to_midi(z)) - arrays()["pitch"])
    assert np.median(errors) < 1.0
    assert np.asarray(model.calibration).tolist() == [result["slope"], result["offset"]]


def test_without_known_pitches_tones_calibrate(config, model):
    config = config.copy_and_resolve_references()
    config.evaluation.label = ""
    result = calibrate(model, {"frames": arrays()["frames"]}, config)
    assert result["notes"] == "harmonic tones" and result["n_notes"] == 25


def test_a_model_that_tells_no_pitches_apart_keeps_its_line(config, model):
    before = np.asarray(model.calibration).tolist()
    silent = {"frames": np.zeros_like(arrays()["frames"]), "pitch": arrays()["pitch"]}
    result = calibrate(model, silent, config)
    assert set(result) == {"notes", "failed"} and "tells apart" in result["failed"]
    assert np.asarray(model.calibration).tolist() == before


def test_a_run_ends_with_its_line_in_the_results(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "make_deterministic", lambda seed: None)
    config = configs.get_config("sps_scale", "spice", "debug")
    config.evaluation.evaluators = ("latent_std",)
    data = Data(splits={"train": arrays(), "test": arrays()}, about={"name": "tones"})
    results = training.train(config, tmp_path, lambda *_: data)
    assert set(results["data"]["calibration"]) >= {"slope", "offset"}
    assert (tmp_path / "model.keras").exists()
