"""Whole runs of `python -m launch.train`, tiny but real: real data, real model, real kills."""

import json
import random
import signal
import subprocess
import time
from types import SimpleNamespace

import numpy as np
import pytest

from datasets.loading import Data
from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.evaluation import Report
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.checkpoints import Progress, load_model
from sps_tf.runs.folder import RESULT_KEYS, Run
from sps_tf.runs.history import read_looks
from sps_tf.training import trainer as training
from tests.fakes import command, numbered_frames, run_command

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


@pytest.fixture
def tiny_config():
    config = get_config("sps_ball", "beta_vae", "debug", 0)
    config.update(steps=4, checkpoint_every=2, eval_every=0)
    return config


@pytest.fixture
def load(monkeypatch):
    """Return frames in place of a data set; evaluation and pictures are left out."""
    frames = numbered_frames(8, n_times=20, size=32)
    monkeypatch.setattr(training, "_make_deterministic", lambda seed: None)
    monkeypatch.setattr(training, "make_report", lambda *_: Report({"test/x": 0.5}))
    data = Data({"train": {"frames": frames}, "test": {"frames": frames}}, {})
    return lambda *_: data


def test_loss_that_is_not_finite_stops_the_run(tiny_config, load, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "validate", lambda _: None)  # it refuses such a weight
    tiny_config.losses.kl = float("inf")
    with pytest.raises(UserError, match=r"Step 0 was not finite.*step_00000000\.keras"):
        training.train(tiny_config, tmp_path, load)
    assert [step for step, _ in list_checkpoints(Run(tmp_path).checkpoints)] == [0]


def test_settings_that_make_no_run_leave_none_behind(tiny_config, load, tmp_path):
    tiny_config.batch_size = 17
    with pytest.raises(UserError, match="at most twice the 8 sequences"):
        training.train(tiny_config, tmp_path, load)
    assert {path.name for path in tmp_path.iterdir()} <= {".lock"}
    tiny_config.batch_size = 4
    training.train(tiny_config, tmp_path, load)


def test_damaged_checkpoint_gives_way_to_the_one_before(tiny_config, load, tmp_path, capsys):
    training.train(tiny_config, tmp_path, load)
    newest = list_checkpoints(Run(tmp_path).checkpoints)[0][1]
    newest.write_bytes(newest.read_bytes()[:1000])
    (tmp_path / "results.json").unlink()  # the run has not finished yet
    training.train(tiny_config, tmp_path, load)
    shown = capsys.readouterr()
    assert "step_00000004.keras is damaged" in shown.err
    assert "at step 2 of 4" in shown.out
    assert load_model(newest) is not None


def test_settings_that_need_no_data_are_refused_before_data_are_made(tiny_config, tmp_path):
    tiny_config.update(method="sps")
    tiny_config.model.group.name = "SO(7)"
    with pytest.raises(UserError, match="needs 7 latent dimensions"):
        training.train(tiny_config, tmp_path, lambda *_: pytest.fail("data were asked for"))


def test_ctrl_c_loses_no_step_of_a_finished_interval(
    tiny_config, load, tmp_path, monkeypatch, capsys
):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a shell's foreground
    tiny_config.update(steps=8, log_every=4, checkpoint_every=8)

    class Impatient(training.ProgressFile):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 1:
                signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patched:
        patched.setattr(training, "ProgressFile", Impatient)
        with pytest.raises(KeyboardInterrupt):
            training.train(tiny_config, tmp_path, load)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)
    assert "Stopping after 2 more steps, with a checkpoint" in capsys.readouterr().err
    assert [step for step, _ in list_checkpoints(Run(tmp_path).checkpoints)] == [4, 0]
    training.train(tiny_config, tmp_path, load)
    assert "at step 4 of 8" in capsys.readouterr().out


def test_a_page_that_cannot_be_written_is_one_line_and_the_run_is_finished(
    tiny_config, load, tmp_path, capsys
):
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "step_00000001.json").write_text("{")
    results = training.train(tiny_config, tmp_path, load)
    shown = capsys.readouterr()
    (warning,) = [line for line in shown.err.splitlines() if line.startswith("warning: ")]
    assert "index.html could not be written" in warning
    assert "step_00000001.json" in warning
    assert "test/x" in results["metrics"]
    assert "\nNext:\n" in shown.out
    assert "index.html" not in shown.out
    assert Run(tmp_path).read_results() == results


def test_a_step_is_evaluated_once(tiny_config, monkeypatch):
    evaluated = []

    def make_report(model, *_):
        evaluated.append(model.step)
        return Report({"test/x": float(model.step)})

    monkeypatch.setattr(training, "make_report", make_report)
    look = training._look(Data({"test": {}}, {}), tiny_config)
    reports = [look(SimpleNamespace(step=np.array(step))) for step in (0, 8, 8)]
    assert [report.metrics["test/x"] for report in reports] == [0.0, 8.0, 8.0]
    assert evaluated == [0, 8]


def test_times_add_up_over_the_parts_of_a_run():
    progress = Progress(
        seconds=10.0, step_seconds=8.0, wait_seconds=2.0, logs={"loss": 1.5, "nonfinite_step": -1}
    )
    assert training._train_metrics(progress) == {
        "train/loss": 1.5,
        "train/input_wait_share": 0.25,
    }
