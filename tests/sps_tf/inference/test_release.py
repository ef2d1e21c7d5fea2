"""A released model is small, loads by its name, and its card holds the run's figures."""

import json

import keras
import numpy as np
import pytest

import sps_tf
from launch.configs import get_config
from sps_tf.data import Data
from sps_tf.inference import loading, model_card, release
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.versions import list_versions
from tests.sps_tf.models import tiny

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run of an earlier version, whose file does not describe itself."""
    folder = tmp_path_factory.mktemp("run")
    config = get_config("sps_ball", "sps", "debug", 0)
    model = tiny.make_sps()
    model.optimizer.build(model.trainable_variables)
    model.save(folder / "model.keras")
    run = Run(folder)
    with run:
        run.write_config(config)
        run.write_results(
            {
                **{"dataset": "sps_ball", "method": "sps", "preset": "debug", "seed": 0},
                **{"steps": config.steps, "seconds": 90.0},
                "metrics": {"test/linear_projection_mse": 0.0678, "train/loss": 1.0},
                "data": {"name": "sps_ball/green/1.1.0", "splits": {"train": 4, "test": 2}},
                "config": to_json(config),
                "versions": list_versions(),
            }
        )
    return run


def load(config, splits):
    assert splits == ("train",)
    return Data({"train": {"frames": tiny.frames(4)}}, {})


def test_a_released_model_loads_by_name_and_gives_the_runs_numbers(run, tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "SHIPPED", tmp_path)
    folder = release.release_run(run, "tiny_ball", load, "No other ball.", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny_ball"]
    model = sps_tf.load("tiny_ball")
    x = tiny.frames(2)
    z = sps_tf.load(run.workdir).encode(x)
    np.testing.assert_allclose(model.encode(x), z, atol=1e-6)
    train = sps_tf.load(run.workdir).encode(tiny.frames(4))
    np.testing.assert_allclose(model.latent_std, train.std(axis=(0, 1)), rtol=1e-3)
    assert getattr(model.keras_model, "optimizer", None) is None
    size = (folder / "model.keras").stat().st_size
    assert size < 0.8 * (run.workdir / "model.keras").stat().st_size


def test_the_card_holds_data_recipe_figures_limits_and_licence(run, tmp_path):
    folder = release.release_run(run, "tiny_ball", load, "No other ball.", tmp_path)
    card = json.loads((folder / "card.json").read_text())
    assert card["metrics"] == {"test/linear_projection_mse": 0.0678}
    assert card["minutes"] == 1.5
    page = (folder / "README.md").read_text()
    for words in (
        'sps_tf.load("tiny_ball")',
        "sps_ball/green/1.1.0 (4 train, 2 test sequences)",
        "python -m launch.train --dataset=sps_ball --method=sps --preset=debug --seed=0",
        "| linear_projection_mse | 0.0678 |",
        "No other ball.",
        "Apache-2.0",
    ):
        assert words in page


def test_a_second_release_replaces_the_first(run, tmp_path):
    for limits in ("first", "second"):
        folder = release.release_run(run, "tiny_ball", load, limits, tmp_path)
    assert json.loads((folder / "card.json").read_text())["limits"].endswith("second")
    assert len(list(tmp_path.iterdir())) == 1


def results_of(dataset, **changes):
    return {
        **{"dataset": dataset, "method": "sps", "preset": "fast", "seed": 0, "steps": 8},
        **{"seconds": 60.0, "metrics": {}, "data": {}, **changes},
    }


def test_the_card_says_what_the_files_were_that_a_user_named(run):
    data = {"source_note": "predictions of a tracker"}
    card = model_card.make_card("masks", {}, results_of("kitti_masks/mots", data=data))
    assert card["licence"].startswith("CC BY-NC-SA")
    assert card["made_from"].endswith("; predictions of a tracker")


def test_the_page_leaves_long_lists_of_parts_to_the_json(run):
    many = {f"test/pitch_r2/instrument {i}": 1.0 for i in range(53)}
    metrics = {"test/pitch_r2": 0.5, "test/latent_std/z1": 2.0, **many}
    info = sps_tf.load(run.workdir).info
    card = model_card.make_card("all", info, results_of("sps_scale/instruments", metrics=metrics))
    assert len(card["metrics"]) == 55
    page = model_card.write_card(card)
    assert "| pitch_r2 | 0.5 |" in page
    assert "| latent_std/z1 | 2 |" in page
    assert "instrument 7" not in page
