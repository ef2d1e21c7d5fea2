import numpy as np
import pytest

from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.evaluation import Report
from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.runs.history import Look, read_looks
from sps_tf.training import callbacks
from sps_tf.training.input_pipeline import WaitClock


class FakeTime:
    """A clock that moves only when it is told to."""

    now = 1000.0

    def monotonic(self):
        return self.now


class FakeModel:
    """The names that the guard reads."""

    loss_names = ("recon_self", "kl")


def logs_of(step, **changes):
    return {"loss": 1.0, "recon_self": 1.0, "kl": 1.0, "gradient_norm": 1.0} | {
        "nonfinite_step": step,
        **changes,
    }


def run_intervals(clock, fake, wait, n_intervals, n_steps, secs=2.0, waited=0.5, first_extra=50.0):
    """Play `n_intervals` of `n_steps` steps; return the logs of each."""
    clock.set_params({"steps": n_steps})
    all_logs = []
    for epoch in range(n_intervals):
        logs = {}
        clock.on_epoch_begin(epoch)
        for batch in range(n_steps):
            clock.on_train_batch_begin(batch)
            wait.seconds += waited
            fake.now += secs + (first_extra if epoch == batch == 0 else 0.0)
        clock.on_epoch_end(epoch, logs)
        fake.now += 30.0  # pictures and checkpoints
        all_logs.append(logs)
    return all_logs


@pytest.mark.parametrize(("n_steps", "first"), [(4, True), (1, False)])
def test_clock_leaves_out_the_first_step_and_what_lies_between(monkeypatch, n_steps, first):
    fake, wait, progress = FakeTime(), WaitClock(), Progress(seconds=100.0)
    monkeypatch.setattr(callbacks, "time", fake)
    clock = callbacks.StepClock(progress, wait)
    logs = run_intervals(clock, fake, wait, 3, n_steps)
    rates = {"steps_per_second": 0.5, "input_wait_share": 0.25}
    assert logs == [rates if first else {}, rates, rates]
    assert progress.step_seconds == 2.0 * (3 * n_steps - 1)
    assert progress.wait_seconds == 0.5 * (3 * n_steps - 1)
    # Everything up to the end of the last interval, on top of the earlier part of the run.
    assert progress.seconds == 100.0 + 50.0 + 3 * n_steps * 2.0 + 2 * 30.0


def test_guard_lets_finite_intervals_pass(tmp_path):
    guard = callbacks.FiniteGuard(tmp_path)
    guard.set_model(FakeModel())
    guard.on_epoch_end(0, logs_of(-1))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kl": np.inf, "loss": np.inf}, "kl"),
        ({"kl": np.nan, "recon_self": np.nan, "loss": np.nan}, "recon_self, kl"),
        ({"gradient_norm": np.nan}, "gradient_norm"),
        ({}, "the gradients"),
    ],
)
def test_guard_names_step_and_terms(tmp_path, changes, named):
    (tmp_path / "step_00000100.keras").write_bytes(b"")
    guard = callbacks.FiniteGuard(tmp_path)
    guard.set_model(FakeModel())
    with pytest.raises(UserError, match=rf"Step 123 was not finite, in {named}\. ") as stopped:
        guard.on_epoch_end(0, logs_of(123, **changes))
    assert "The last good checkpoint is step_00000100.keras." in str(stopped.value)


def test_guard_stops_where_no_step_is_noted_as_on_jax(tmp_path):
    guard = callbacks.FiniteGuard(tmp_path)
    guard.set_model(FakeModel())
    with pytest.raises(UserError, match=r"A step of the last interval was not finite, in kl\. "):
        guard.on_epoch_end(0, logs_of(-1, kl=np.nan, loss=np.nan))


def test_checkpoints_come_when_due_and_at_the_end(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(checkpoints, "save", lambda model, folder, step, _: saved.append(step))
    config = get_config("sps_ball", "sps", "debug", 0)
    config.update(steps=10, checkpoint_every=4, log_every=2)
    checkpointer = callbacks.Checkpointer(tmp_path, config, Progress())
    checkpointer.set_params({"steps": 2})
    for epoch in range(5):
        checkpointer.on_epoch_end(epoch, {})
    assert saved == [4, 8, 10]


class FakeLog:
    """Note the steps at which scores, pictures and sounds come."""

    def __init__(self):
        self.steps = []

    def write_scalars(self, values, step):
        self.steps.append(step)

    def write_pictures(self, pictures, step):
        self.steps.append(step)

    def write_sounds(self, sounds, step):
        self.steps.append(step)


@pytest.mark.parametrize(
    ("every", "start", "looks"), [(4, 0, [0, 4, 8]), (4, 2, [4, 8]), (0, 0, [])]
)
def test_scores_pictures_and_sounds_come_when_due(every, start, looks, tmp_path):
    log, progress = FakeLog(), Progress(seconds=7.0)
    report = Report({"test/x": 0.5}, history={"grid": np.ones((2, 2), "float32")})
    logger = callbacks.TestLogger(log, lambda model: report, every, tmp_path / "history", progress)
    logger.set_params({"steps": 2})
    model = FakeModel()
    model.step = start
    logger.set_model(model)
    logger.on_train_begin()
    for epoch in range(start // 2, 5):
        progress.seconds += 1.0
        logger.on_epoch_end(epoch, {})
    assert log.steps == [step for step in looks for _ in range(3)]
    model.step = 10
    logger.on_train_end()
    assert log.steps[-3:] == [10] * 3  # TensorBoard alone has the end, where no look is due
    seconds = {0: 7.0, 4: 9.0, 8: 11.0} if start == 0 else {4: 8.0, 8: 10.0}
    assert read_looks(tmp_path / "history") == [
        Look(step, seconds[step], {"test/x": 0.5}, [[1.0, 1.0], [1.0, 1.0]]) for step in looks
    ]
