"""A model is found by name, folder or file, and tells what it is; errors take one line."""

import json
import os
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest

import sps_tf
from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.inference import SoundModel, TrainedModel, loading
from sps_tf.runs.folder import Run, to_json
from tests.sps_tf.models import tiny

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow")

INFO = {
    "trained_on": {
        **{"dataset": "sps_ball", "method": "sps", "preset": "fast", "seed": 3, "steps": 5},
        **{"data": "sps_ball/green/1.1.0", "splits": {"train": 123_456}},
    },
    "front_end": {"kind": "video"},
    "latents": {"mean": [0.0, 1.0, 2.0], "std": [1.0, 2.0, 3.0]},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    model = tiny.make_sps()
    model.info = INFO
    path = tmp_path_factory.mktemp("model") / "copied.keras"
    model.save(path)
    return path


def test_a_copied_file_is_enough(file):
    model = sps_tf.load(file)
    assert model.info == INFO
    assert model.latent_names == ("z1", "z2", "z3")
    assert model.latent_std.tolist() == [1.0, 2.0, 3.0]
    assert "method sps, preset fast, seed 3, 5 steps on sps_ball/green/1.1.0 (123456 tr" in str(
        model
    )
    x = tiny.frames(2)
    np.testing.assert_allclose(model.encode(x), tiny.make_sps().encode(x), atol=1e-6)


def test_info_survives_saving_what_was_loaded(file, tmp_path):
    sps_tf.load(str(file)).keras_model.save(tmp_path / "again.keras")
    assert sps_tf.load(tmp_path / "again.keras").info == INFO


def test_a_run_of_an_earlier_version_is_described_by_its_results(tmp_path):
    config = get_config("sps_scale", "sps", "debug", 0)
    tiny.make_sps().save(tmp_path / "model.keras")
    with Run(tmp_path) as run:
        run.write_config(config)
        data = {"name": "sps_scale/accordion/1.1.0", "max_magnitude": 12.5, "splits": {"train": 6}}
        values = ["sps_scale", "sps", "debug", 0, config.steps, 1.0, {}, data, to_json(config), {}]
        keys = ["dataset", "method", "preset", "seed", "steps", "seconds", "metrics", "data"]
        run.write_results(dict(zip([*keys, "config", "versions"], values, strict=True)))
    for place in (tmp_path, tmp_path / "model.keras"):
        model = sps_tf.load(place)
        assert isinstance(model, SoundModel)
        assert model.front_end["max_magnitude"] == 12.5
        assert model.front_end["sample_rate_hz"] == 16_000


def test_a_shipped_model_is_named_and_a_misspelt_one_is_guessed(file, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "SHIPPED", tmp_path)
    (tmp_path / "sps_ball").mkdir()
    (tmp_path / "sps_ball" / "model.keras").write_bytes(file.read_bytes())
    assert sps_tf.list_shipped() == ["sps_ball"]
    assert isinstance(sps_tf.load("sps_ball"), TrainedModel)
    with pytest.raises(
        UserError, match=r"package: sps_ball\. Did you mean 'sps_ball'\? .*sps_bal'"
    ):
        sps_tf.load("sps_bal")


def test_what_is_no_model_is_refused_in_one_line(tmp_path):
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "other.keras")
    (tmp_path / "text.keras").write_text("no zip")
    for name, words in (("other.keras", "no model of sps-tf"), ("text.keras", "cannot be loaded")):
        with pytest.raises(UserError, match=words) as refused:
            sps_tf.load(tmp_path / name)
        assert "\n" not in str(refused.value)
    with pytest.raises(UserError, match="A model is named by"):
        sps_tf.load(tmp_path)


def test_no_code_of_a_file_runs(file, tmp_path):
    evil = tmp_path / "evil.keras"
    with zipfile.ZipFile(file) as held, zipfile.ZipFile(evil, "w") as made:
        for name in held.namelist():
            content = held.read(name)
            if name == "config.json":
                config = json.loads(content)
                code = {"class_name": "__lambda__", "config": {"value": "4oAAAA=="}}
                config["config"]["decoder"] = code
                content = json.dumps(config)
            made.writestr(name, content)
    with pytest.raises(UserError, match="lambda"):
        sps_tf.load(evil)


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, sps_tf; dir(sps_tf); print('load' in dir(sps_tf), 'keras' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.split() == ["True", "False"]


def test_an_unknown_attribute_is_still_one():
    with pytest.raises(AttributeError, match="lod"):
        _ = sps_tf.lod
