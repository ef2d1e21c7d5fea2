"""A run by Keras on JAX, from packed data to results, by the command that users type."""

import json
import shutil

import keras
import numpy as np
import pytest

from datasets.packed import pack
from launch.configs import get_config
from sps_tf.data import Data
from tests.fakes import run_command

pytestmark = pytest.mark.skipif(keras.backend.backend() != "jax", reason="a run on JAX")

N_TIMES = 20


def ball_like_data():
    """Return bright squares that move on a dark ground, and where they are."""
    rng = np.random.default_rng(0)

    def sequences(n):
        places = rng.integers(4, 24, (n, 1, 2)) + np.arange(N_TIMES)[None, :, None] % 5
        frames = np.full((n, N_TIMES, 32, 32, 3), 30, np.uint8)
        for i, t in np.ndindex(n, N_TIMES):
            y, x = places[i, t]
            frames[i, t, y : y + 4, x : x + 4, 1] = 220
        position = np.concatenate([places, places.sum(-1, keepdims=True)], -1) / 16
        return {"frames": frames, "position": position.astype(np.float32)}

    probes = {"coordinate_grid": sequences(1)["frames"]}
    return Data({"train": sequences(8), "test": sequences(4)}, {"name": "squares"}, probes=probes)


def train(folder, workdir):
    return run_command(
        "launch.train",
        "--dataset=sps_ball",
        "--preset=debug",
        "--config.evaluation.evaluators=('linear_probe','reconstruction','branches')",
        f"--data_dir={folder}",
        f"--workdir={workdir}",
        KERAS_BACKEND="jax",
        JAX_DISABLE_MOST_OPTIMIZATIONS="1",
    )


def read(workdir):
    return json.loads((workdir / "results.json").read_text(encoding="utf-8"))


def test_a_run_is_trained_evaluated_and_goes_on_where_it_was_stopped(tmp_path):
    pack(get_config("sps_ball", preset="debug"), ball_like_data(), tmp_path)
    done = train(tmp_path, tmp_path / "whole")
    assert done.returncode == 0, done.stderr
    whole = read(tmp_path / "whole")
    assert whole["steps"] == 8
    assert whole["versions"]["jax"]
    assert "tensorflow" not in whole["versions"]
    assert np.isfinite(whole["metrics"]["test/linear_projection_mse"])
    assert np.isfinite(whole["metrics"]["train/loss"])
    assert (tmp_path / "whole" / "pictures" / "branches.png").is_file()

    stopped = tmp_path / "stopped"
    shutil.copytree(tmp_path / "whole", stopped)
    for name in ("results.json", "model.keras", "checkpoints/step_00000008.keras"):
        (stopped / name).unlink()
    done = train(tmp_path, stopped)
    assert done.returncode == 0, done.stderr
    assert "Continuing" in done.stdout
    again = read(stopped)["metrics"]
    slow = ("seconds", "share")
    for name, value in whole["metrics"].items():
        if not name.endswith(slow):
            assert again[name] == value, name


def test_without_packed_data_the_command_says_how_to_make_them(tmp_path):
    done = train(tmp_path, tmp_path / "run")
    assert done.returncode == 2
    assert "python -m launch.pack" in done.stderr
    assert "Traceback" not in done.stderr
