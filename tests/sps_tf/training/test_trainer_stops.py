"""How runs end, well or not, on frames in place of a data set."""

import json
import signal
from types import SimpleNamespace

import numpy as np
import pytest

from datasets.loading import Data
from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.evaluation import Report
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.checkpoints import Progress, load_model
from sps_tf.runs.folder import Run
from sps_tf.training import trainer as training
from tests.fakes import numbered_frames


@pytest.fixture
def tiny_config():
    config = get_config("sps_ball", "beta_vae", "debug", 0)
    config.update(steps=4, checkpoint_every=2, eval_every=0)
    return config


@pytest.fixture
def load(monkeypatch):
    """Return frames in place of a data set; evaluation and pictures are left out."""
    frames = numbered_frames(8, n_times=20, size=32)
    monkeypatch.setattr(training, "make_deterministic", lambda seed: None)
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
    look = training._look(Data({"test": {}}, {}), tiny_config, Progress())
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


def test_an_early_end_reads_the_loss_of_the_training_itself(tiny_config, load, tmp_path):
    tiny_config.update(steps=2, early_end_steps=200)  # one interval, so the lowest is the last
    results = training.train(tiny_config, tmp_path, load)
    newest = list_checkpoints(Run(tmp_path).checkpoints)[0][1]
    progress = json.loads(newest.with_suffix(".json").read_text())
    assert (progress["lowest_step"], results["steps"]) == (2, 2)
    assert progress["lowest_loss"] == pytest.approx(results["metrics"]["train/recon_self"])


def test_a_run_whose_loss_no_longer_falls_ends_early_also_if_it_was_broken_off(
    tiny_config, load, tmp_path, monkeypatch, capsys
):
    tiny_config.update(steps=40, log_every=2, checkpoint_every=4, early_end_steps=4)
    fallen = iter([5.0, 3.0, 4.0])  # the lowest at step 4
    waits = iter([3.5, 3.2, 9.0])

    def told(values):
        class Told(training.EarlyEnd):
            def on_epoch_end(self, epoch, logs):
                super().on_epoch_end(epoch, {"recon_self": next(values)})

        return Told

    class Broken(training.ProgressFile):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(training, "EarlyEnd", told(fallen))
        patched.setattr(training, "ProgressFile", Broken)
        with pytest.raises(KeyboardInterrupt):
            training.train(tiny_config, tmp_path, load)
    monkeypatch.setattr(training, "EarlyEnd", told(waits))
    results = training.train(tiny_config, tmp_path, load)
    assert results["steps"] == 8
    assert list_checkpoints(Run(tmp_path).checkpoints)[0][0] == 8
    assert Run(tmp_path).read_progress() == ("evaluation", 8)
    assert "recon_self was lowest at step 4" in capsys.readouterr().err
    # Killed between the last step and the results, it ends there, too.
    (tmp_path / "results.json").unlink()
    monkeypatch.setattr(training, "_fit", lambda *_: pytest.fail("it went on"))
    assert training.train(tiny_config, tmp_path, load)["steps"] == 8
