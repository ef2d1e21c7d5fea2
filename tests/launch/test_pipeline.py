"""The whole pipeline on a tiny ball, and the command lines."""

import json
import subprocess
import sys

import pytest

from launch.configs import get_config
from pipelines.beam.settings import BeamSettings
from pipelines.tfx.orchestration.imports import PROJECT_ROOT
from pipelines.tfx.orchestration.settings import Settings
from sps_tf.errors import UserError

pytest.importorskip("ml_metadata")
pytest.importorskip("tensorflow_data_validation")


def run(root, limit=1e9, **data):
    from pipelines.tfx.orchestration.pipeline import run_pipeline

    config = get_config("sps_ball", "sps", "debug", 0)
    config.data.update({"n_train": 16, **data})  # enough to lend two to judge by
    settings = Settings("", "", "", limit, 0.0, root / "serving", "one_device")
    return {o.component: o for o in run_pipeline(config, settings, root, BeamSettings())}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("pipeline")
    run(root)
    return root


def test_a_first_run_does_everything_and_a_second_one_nothing(root):
    outcomes = run(root)
    assert len(outcomes) == 8
    assert {outcome.state for outcome in outcomes.values()} == {"not run again"}
    assert sorted(len(json.loads(p.read_text())) for p in (root / "summaries").iterdir()) == [8, 8]


def test_what_is_pushed_maps_frames_to_latents_and_back(root):
    import keras
    import numpy as np
    import tensorflow as tf

    import sps_tf.models  # noqa: F401  registers the layers that the files name

    pushed = root / "serving" / "1"
    frames = np.random.default_rng(0).uniform(size=(2, 20, 32, 32, 3)).astype("float32")
    encoder = tf.saved_model.load(str(pushed / "encoder"))
    z = encoder.serve(frames).numpy()
    assert z.shape == (2, 20, 3)
    model = keras.saving.load_model(pushed / "model.keras")
    np.testing.assert_allclose(z, model.encode(frames), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        keras.saving.load_model(pushed / "encoder.keras")(frames), z, rtol=1e-4, atol=1e-4
    )
    decoder = tf.saved_model.load(str(pushed / "decoder"))
    decoded = decoder.serve(z[0]).numpy()
    assert decoded.shape == (20, 32, 32, 3)
    np.testing.assert_allclose(
        keras.saving.load_model(pushed / "decoder.keras")(z[0]), decoded, rtol=1e-4, atol=1e-5
    )


def test_a_model_is_blessed_by_what_it_was_not_trained_on_and_the_test_split_is_but_reported(root):
    (path,) = root.rglob("BLESSED")
    verdict = json.loads(path.read_text())
    assert verdict["split"] == "validation"
    assert verdict["value"] != verdict["test_value"]
    (metrics,) = root.rglob("metrics.json")
    assert json.loads(metrics.read_text())[verdict["metric"]] == verdict["test_value"]


def test_a_model_beyond_the_limit_is_not_pushed(root):
    outcomes = run(root, limit=1e-9)
    assert outcomes["Evaluator"].properties["blessed"] is False
    assert outcomes["Pusher"].properties["pushed"] is False
    assert [path.name for path in (root / "serving").iterdir() if path.name != ".lock"] == ["1"]


def command(*arguments, module=True):
    words = [sys.executable, *(["-m"] if module else []), *arguments]
    return subprocess.run(words, cwd=PROJECT_ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--dataset=sps_ball"], "--pipeline_root is missing"),
        (["--pipeline_root=/x"], "--dataset is missing"),
        (["--pipeline_root=/x", "--dataset=video_folder"], "--data is missing"),
        (["--dataset=sps_ball", "--pipeline_root=/x", "--components=Trainr"], "'Trainer'"),
        (["--dataset=sps_ball", "--pipeline_root=/x", "--runner=Flink"], "FlinkRunner"),
    ],
)
def test_wrong_flags_end_in_one_line(flags, message):
    result = command("launch.pipeline", *flags)
    assert result.returncode == 2
    assert message in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_help_shows_the_flags_of_training_too_and_loads_no_tensorflow():
    result = command("-X", "importtime", "-m", "launch.pipeline", "--help", module=False)
    assert result.returncode == 0
    for flag in ("--pipeline_root:", "--dataset:", "--method:", "--runner:"):
        assert flag in result.stdout
    assert "launch.run_flags" in result.stderr
    assert "tensorflow" not in result.stderr and "apache_beam" not in result.stderr


def test_lineage_of_a_root_without_a_pipeline_ends_in_one_line(tmp_path):
    result = command("launch.lineage", f"--pipeline_root={tmp_path}")
    assert result.returncode == 2
    assert "No pipeline has run here" in result.stderr


def test_a_component_alone_says_what_it_needs(tmp_path):
    from pipelines.tfx.orchestration.pipeline import run_pipeline

    config = get_config("sps_ball", "sps", "debug", 0)
    settings = Settings("", "", "", None, 0.0, tmp_path / "serving", "one_device")
    with pytest.raises(UserError, match="ExampleGen has not run with these settings"):
        run_pipeline(config, settings, tmp_path, BeamSettings(), "", ["Trainer"])
