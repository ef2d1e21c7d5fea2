"""Whole runs of `python -m launch.train`, tiny but real: real data, real model, real kills."""

import json
import random
import signal
import subprocess
import time

import numpy as np
import pytest

from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.checkpoints import load_model
from sps_tf.runs.folder import RESULT_KEYS, Run
from sps_tf.runs.history import read_looks
from tests.fakes import command, run_command

STEPS = 12
SETTINGS = (
    "--dataset=sps_ball",
    "--preset=debug",
    f"--config.steps={STEPS}",
    "--config.log_every=1",
    "--config.checkpoint_every=2",
    f"--config.eval_every={STEPS}",
    "--config.warm_start.align_starts=1",
)


def arguments(data_dir, workdir, *changes):
    return ("launch.train", *SETTINGS, f"--data_dir={data_dir}", f"--workdir={workdir}", *changes)


@pytest.fixture(scope="module")
def finished(ball_data_dir, tmp_path_factory):
    """The folder of a run that nothing disturbed, and what it wrote on the screen."""
    workdir = tmp_path_factory.mktemp("runs") / "unbroken"
    done = run_command(*arguments(ball_data_dir, workdir))
    assert done.returncode == 0, done.stderr
    return Run(workdir), done


# === A run that nothing disturbs ===


def test_results_hold_what_the_run_was_and_found(finished):
    run, _ = finished
    results = json.loads((run.workdir / "results.json").read_text())
    assert tuple(results) == RESULT_KEYS
    assert (results["dataset"], results["method"], results["preset"]) == (
        "sps_ball",
        "sps",
        "debug",
    )
    assert (results["seed"], results["steps"]) == (0, STEPS)
    assert results["seconds"] > 0
    assert results["config"] == json.loads((run.workdir / "config.json").read_text())
    assert set(results["versions"]) >= {"python", "tensorflow", "keras", "sps_tf", "device"}


def test_metrics_are_finite_and_cover_test_and_training(finished):
    metrics = finished[0].read_results()["metrics"]
    assert np.isfinite(list(metrics.values())).all()
    assert {
        "test/linear_projection_mse",
        "test/linear_projection_mse/x",
        "test/self_recon_bce",
        "train/loss",
        "train/recon_prior",
        "train/symmetry_latent",
        "train/input_wait_share",
    } <= set(metrics)
    assert 0 <= metrics["train/input_wait_share"] <= 1


def test_screen_shows_progress_and_the_table(finished):
    _, done = finished
    assert f"{STEPS}/{STEPS}" in done.stderr
    assert "loss=" in done.stderr
    assert "linear projection, MSE" in done.stdout


def test_final_model_and_last_three_checkpoints_are_kept(finished):
    run, _ = finished
    assert [step for step, _ in list_checkpoints(run.checkpoints)] == [12, 10, 8]
    final, last = load_model(run.model_path), load_model(list_checkpoints(run.checkpoints)[0][1])
    assert int(final.step) == STEPS
    assert_equal_models(final, last)


def test_pictures_are_png_files(finished):
    pictures = list(finished[0].pictures.iterdir())
    assert len(pictures) >= 3
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)


def test_tensorboard_holds_scalars_pictures_and_config(finished):
    import tensorflow as tf

    steps_of, config = {}, ""
    for path in finished[0].tensorboard.glob("events.*"):
        for event in tf.compat.v1.train.summary_iterator(str(path)):
            for value in event.summary.value:
                steps_of.setdefault(value.tag, []).append(event.step)
                if value.tag == "config":
                    config = value.tensor.string_val[0].decode()
    every_step = list(range(1, STEPS + 1))
    for name in ("loss", "recon_self", "kl", "learning_rate", "teacher_forcing", "gradient_norm"):
        assert steps_of[f"train/{name}"] == every_step
    for name in ("steps_per_second", "input_wait_share"):  # not of the very first step
        assert steps_of[f"train/{name}"] == every_step[1:]
    assert steps_of["pictures/latent_traversal"] == steps_of["pictures/branches"] == [0, STEPS]
    assert f"steps: {STEPS}" in config


def test_looks_at_the_test_split_are_kept_with_their_time(finished):
    looks = read_looks(finished[0].history)
    assert [look.step for look in looks] == [0, STEPS]
    assert 0 < looks[0].seconds < looks[1].seconds
    assert "test/linear_projection_mse" in looks[0].metrics
    assert len(looks[1].grid) == 140


def test_last_look_is_the_final_evaluation(finished):
    run, _ = finished
    metrics = run.read_results()["metrics"]
    tested = {name: value for name, value in metrics.items() if name.startswith("test/")}
    assert read_looks(run.history)[-1].metrics == tested


def test_finished_run_says_so_and_does_nothing(finished, ball_data_dir):
    run, _ = finished
    before = {path: path.stat().st_mtime_ns for path in run.workdir.rglob("*") if path.is_file()}
    again = run_command(*arguments(ball_data_dir, run.workdir))
    assert again.returncode == 0
    assert f"finished run of {STEPS} steps: nothing to do" in again.stdout
    assert "linear projection, MSE" in again.stdout
    after = {path: path.stat().st_mtime_ns for path in run.workdir.rglob("*") if path.is_file()}
    assert after == before


def test_other_settings_are_refused(finished, ball_data_dir):
    other = run_command(*arguments(ball_data_dir, finished[0].workdir, "--config.batch_size=2"))
    assert other.returncode == 2
    assert "batch_size is 4 there, 2 here" in other.stderr
    assert other.stderr.count("\n") == 1


# === Stopped and continued ===


def assert_equal_models(found, expected):
    """Compare weights, optimiser and step bit for bit."""
    for a, b in (
        (found.weights, expected.weights),
        (found.optimizer.variables, expected.optimizer.variables),
    ):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            np.testing.assert_array_equal(x.numpy(), y.numpy(), err_msg=x.path)


def kill_at_random_moment(call, checkpoints):
    """Start a command and kill it some time after a checkpoint drawn at random."""
    step, delay_secs = 2 * random.randint(0, STEPS // 2 - 3), random.uniform(0, 0.05)
    print(f"to be killed {delay_secs:.3f} s after the checkpoint of step {step}")
    with subprocess.Popen(**call, stderr=subprocess.PIPE) as process:
        while not any(found >= step for found, _ in list_checkpoints(checkpoints)):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.002)
        time.sleep(delay_secs)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def test_killed_run_continues_to_the_same_weights(finished, ball_data_dir, tmp_path):
    run = Run(tmp_path / "killed")
    call = arguments(ball_data_dir, run.workdir)
    kill_at_random_moment(command(*call), run.checkpoints)
    assert run.read_results() is None
    done = run_command(*call)
    assert done.returncode == 0, done.stderr
    assert "Continuing" in done.stdout
    unbroken, _ = finished
    assert_equal_models(load_model(run.model_path), load_model(unbroken.model_path))
    metrics = run.read_results()["metrics"]
    for name, value in unbroken.read_results()["metrics"].items():
        if name != "train/input_wait_share":
            assert metrics[name] == value, name
    assert not list(run.workdir.rglob(".tmp-*"))


# === Inside one process: what would take a command each ===
