import shutil

import pytest

from tests.fakes import run_command

BALL = ("--dataset=sps_ball", "--preset=debug")


@pytest.mark.parametrize(
    ("module", "backend", "named"),
    [
        ("launch.train", "torch", "KERAS_BACKEND must be tensorflow or jax. Received: torch"),
        ("launch.train", "jax", "KERAS_BACKEND=jax needs JAX, which is not installed here"),
        ("launch.pack", "jax", "KERAS_BACKEND=jax needs JAX, which is not installed here"),
    ],
)
def test_a_backend_that_is_not_there_is_one_line(tmp_path, module, backend, named):
    workdir = tmp_path / "run"
    flags = [f"--workdir={workdir}"] if module == "launch.train" else []
    data_dir = f"--data_dir={tmp_path}"
    done = run_command(module, *BALL, data_dir, *flags, KERAS_BACKEND=backend)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_sound_is_refused_before_anything_is_made(tmp_path):
    done = run_command("launch.pack", "--dataset=sps_scale", f"--data_dir={tmp_path}")
    assert done.returncode == 2
    assert "Sound needs TensorFlow" in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_is_packed_has_the_splits_and_the_frames_that_evaluation_asks_for(
    ball_data_dir, tmp_path
):
    from datasets.packed import load_packed
    from launch.configs import get_config

    data_dir = shutil.copytree(ball_data_dir, tmp_path / "data")
    done = run_command("launch.pack", *BALL, f"--data_dir={data_dir}")
    assert done.returncode == 0, done.stderr
    data = load_packed(get_config("sps_ball", preset="debug"), ("train", "test"), data_dir)
    assert {name: len(arrays["frames"]) for name, arrays in data.splits.items()} == {
        "train": 8,
        "test": 4,
    }
    assert data.probes["coordinate_grid"].ndim == 5
