"""`python -m launch.evaluate`: from the folder of a run to table, JSON and PNG."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from launch.configs.sps_ball import VIDEO_EVALUATORS
from sps_tf import files
from sps_tf.data import Data
from sps_tf.errors import UserError
from sps_tf.evaluation import Report, evaluate_run, from_folder, make_report
from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoint_files import path_of
from sps_tf.runs.folder import RESULT_KEYS, Run, to_json


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "launch.evaluate", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def arrays():
    rng = np.random.default_rng(0)
    return {
        "frames": rng.integers(0, 256, (4, 20, 32, 32, 3), dtype=np.uint8),
        "position": rng.normal(size=(4, 20, 3)).astype(np.float32),
    }


def make_model(method):
    from launch.configs import get_config
    from sps_tf.training.building import build_model

    config = get_config("sps_ball", method, "debug", 0)
    model = build_model(config, (20, 32, 32, 3))
    model.optimizer.build(model.trainable_variables)
    return model, config


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory):
    """The folder of a run with two checkpoints and a final model, at steps 4, 6 and 8."""
    workdir = tmp_path_factory.mktemp("run")
    model, config = make_model("sps")
    files.write_json(workdir / "config.json", to_json(config))
    run = Run(workdir)
    run.checkpoints.mkdir()
    for step in (4, 6):
        model.step.assign(step)
        checkpoints.save(model, run.checkpoints, step, checkpoints.Progress())
    model.step.assign(8)
    model.save(run.model_path)
    return workdir


@pytest.fixture
def load(arrays):
    """Return a few random frames in place of a data set."""
    probes = {"coordinate_grid": arrays["frames"].reshape(-1, 1, 32, 32, 3)[:1].repeat(140, 0)}
    return lambda config, splits: Data({"test": arrays}, {"name": "made up"}, probes=probes)


@pytest.fixture
def run(finished_run, tmp_path):
    """A copy of the finished run."""
    return Run(shutil.copytree(finished_run, tmp_path / "run"))


@pytest.fixture
def only_loading(monkeypatch):
    """Leave out what an evaluation does with the model that it has loaded."""
    monkeypatch.setattr(from_folder, "make_report", lambda *_: Report())


def test_leaves_table_numbers_and_pictures(run, capsys, load):
    results = evaluate_run(run.workdir, load)
    assert json.loads((run.workdir / "evaluation.json").read_text()) == results
    assert list(results) == ["step", "metrics", "data", "config", "versions"]
    assert results["step"] == 8
    assert np.isfinite(list(results["metrics"].values())).all()
    assert "equivariance error" in capsys.readouterr().out
    pictures = {path.name for path in run.pictures.iterdir()}
    assert pictures == {
        "branches.png",
        "coordinate_grid.png",
        "latent_against_position.png",
        "latent_traversal.png",
    }
    assert all(path.read_bytes()[1:4] == b"PNG" for path in run.pictures.iterdir())
    assert not [path.name for path in run.workdir.rglob(".tmp-*")]


def test_chooses_the_checkpoint(run, only_loading, load):
    assert evaluate_run(run.workdir, load, checkpoint="4")["step"] == 4
    assert evaluate_run(run.workdir, load, checkpoint="latest")["step"] == 6
    assert evaluate_run(run.workdir, load, checkpoint="final")["step"] == 8
    run.model_path.unlink()
    assert evaluate_run(run.workdir, load)["step"] == 6


def test_damaged_checkpoint_is_passed_over(run, only_loading, capsys, load):
    newest = path_of(run.checkpoints, 6)
    newest.write_bytes(newest.read_bytes()[:1000])
    assert evaluate_run(run.workdir, load, checkpoint="latest")["step"] == 4
    assert "step_00000006.keras is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("checkpoint", ["5", "-4", "newest", "4.0"])
def test_unknown_checkpoint_is_named_with_those_kept(run, checkpoint, load):
    with pytest.raises(UserError, match=rf"Kept are the steps 4, 6\. Received: '{checkpoint}'"):
        evaluate_run(run.workdir, load, checkpoint=checkpoint)


def test_unfinished_run_has_no_final_model(run, load):
    run.model_path.unlink()
    with pytest.raises(UserError, match="has not finished"):
        evaluate_run(run.workdir, load, checkpoint="final")
    shutil.rmtree(run.checkpoints)
    with pytest.raises(UserError, match="holds no checkpoint yet"):
        evaluate_run(run.workdir, load)


@pytest.mark.parametrize("method", ["sps", "sps_ae", "beta_vae"])
def test_real_models_of_every_method(method, arrays):
    model, config = make_model(method)
    config.evaluation.evaluators = VIDEO_EVALUATORS
    report = make_report(model, arrays, config)
    scores = report.metrics
    assert np.isfinite(list(scores.values())).all()
    assert ("test/prior_mse" in scores) == model.has_prior
    assert set(report.pictures) >= {"latent_traversal", "branches"}
    assert make_report(model, arrays, config).metrics == scores


def test_help_does_not_load_tensorflow():
    code = (
        "import sys, launch.evaluate; "
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'sklearn'} & set(sys.modules); "
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert loaded.returncode == 0, loaded.stderr
    shown = command("--help")
    assert shown.returncode == 0
    assert "--workdir" in shown.stdout


@pytest.mark.parametrize("arguments", [[], ["--workdir="], ["--workdir={tmp}"]])
def test_wrong_workdir_gets_one_line(arguments, tmp_path):
    (tmp_path / "not_a_run").mkdir()
    done = command(*(a.format(tmp=tmp_path / "not_a_run") for a in arguments))
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert list((tmp_path / "not_a_run").iterdir()) == []


def test_half_precision_models_are_scored_in_float32(arrays):
    import keras

    from launch.configs import get_config
    from sps_tf.training.building import build_model

    config = get_config("sps_ball", "sps", "debug", 0)
    config.mixed_precision = True
    config.evaluation.evaluators = ("linear_probe", "reconstruction", "prior", "equivariance")
    try:
        model = build_model(config, (20, 32, 32, 3))
        scores = make_report(model, arrays, config).metrics
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.isfinite(list(scores.values())).all()
    assert scores["test/self_recon_bce_above_floor"] > 0


@pytest.mark.parametrize(("trained_on", "warned"), [("made up", False), ("another/1.0.0", True)])
def test_data_that_the_run_was_not_trained_on_are_told(
    run, load, only_loading, capsys, trained_on, warned
):
    config = to_json(run.read_config())
    results = {key: {} for key in RESULT_KEYS} | {"config": config, "steps": config["steps"]}
    results["data"] = {"name": trained_on}
    run.write_results(results)
    evaluate_run(run.workdir, load)
    told = "was trained on another/1.0.0, and is evaluated on made up" in capsys.readouterr().err
    assert told == warned
