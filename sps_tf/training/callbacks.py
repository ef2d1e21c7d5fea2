"""What happens beside the training steps: the clock, the logs, the guard, the checkpoints.

One Keras "epoch" is one log interval of `log_every` steps. Keras calls the callbacks in the
order of their list and hands the same logs to each: the clock adds its numbers first, the
scalars of an interval are written even where the guard then stops the run, and only what the
guard has let pass becomes a checkpoint.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import keras
from keras import ops
from ml_collections import ConfigDict

from sps_tf.errors import UserError
from sps_tf.evaluation import Report
from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoint_files import list_checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.runs.history import Look, write_look

if TYPE_CHECKING:
    from sps_tf.training.engine import Log, Wait


class StepClock(keras.callbacks.Callback):
    """Measure the steps, and the time in them that went into waiting for data.

    Adds `steps_per_second` and `input_wait_share` to the logs. The first step, in which
    TensorFlow builds its graph, is left out; so is what happens between two log intervals.

    Args:
        progress: where the times are added up.
        wait: clock of the batches, or None where the waiting cannot be told apart, as when
            batches are spread over replicas.
    """

    def __init__(self, progress: Progress, wait: "Wait | None") -> None:
        super().__init__()
        self._progress = progress
        self._wait = wait
        self._origin = time.monotonic() - progress.seconds
        self._warm = False

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Start the clock."""
        self._start(self.params["steps"])

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Start it again once the first step of all is over."""
        if not self._warm and batch == 1:
            self._warm = True
            self._start(self.params["steps"] - 1)

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Add the interval to the totals and its rates to the logs."""
        self._progress.seconds = time.monotonic() - self._origin
        if not self._warm:  # the interval was the first step alone
            self._warm = True
            return
        seconds = time.monotonic() - self._started
        logs["steps_per_second"] = self._n_steps / seconds
        self._progress.step_seconds += seconds
        if self._wait is not None:
            logs["input_wait_share"] = self._wait.seconds / seconds
            self._progress.wait_seconds += self._wait.seconds

    def _start(self, n_steps: int) -> None:
        self._n_steps = n_steps
        self._started = time.monotonic()
        if self._wait is not None:
            self._wait.seconds = 0.0


class ScalarLogger(keras.callbacks.Callback):
    """Write the logs of each interval to TensorBoard, and keep them for the results.

    Args:
        log: the run's log for TensorBoard.
        progress: its `logs` hold the last interval's means.
    """

    def __init__(self, log: "Log", progress: Progress) -> None:
        super().__init__()
        self._log = log
        self._progress = progress

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Write every log under `train/`, with the learning rate."""
        logs["learning_rate"] = float(ops.convert_to_numpy(self.model.optimizer.learning_rate))
        self._progress.logs = {name: float(value) for name, value in logs.items()}
        values = {f"train/{name}": value for name, value in logs.items()}
        self._log.write_scalars(values, (epoch + 1) * self.params["steps"])


class FiniteGuard(keras.callbacks.Callback):
    """Stop the run where a loss or a gradient is not finite.

    Args:
        folder: folder of the checkpoints, the last of which the message names.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Look at the interval's first bad step and at the terms whose means are not finite.

        Raises:
            UserError: if there is one.
        """
        bad_step = int(logs["nonfinite_step"])
        if bad_step < 0 and math.isfinite(logs["loss"]):
            return
        # Where Keras computes with JAX, no single step is noted.
        which = f"Step {bad_step}" if bad_step >= 0 else "A step of the last interval"
        kept = list_checkpoints(self._folder)
        last_good = f"The last good checkpoint is {kept[0][1].name}. " if kept else ""
        raise UserError(
            f"{which} was not finite, in {self._name_terms(logs)}. {last_good}"
            "The same settings would end the same way: start in another --workdir with a "
            "smaller learning rate or another --seed."
        )

    def _name_terms(self, logs: dict) -> str:
        """Name the single terms; their sum only where none of them is to blame."""
        names = [*self.model.loss_names, "loss", "gradient_norm"]
        bad = [name for name in names if not math.isfinite(logs[name])]
        terms = [name for name in bad if name in self.model.loss_names]
        return ", ".join(terms or bad) or "the gradients"


class Checkpointer(keras.callbacks.Callback):
    """Write a checkpoint every so many steps, and at the last one, which may come early.

    Args:
        folder: folder of the checkpoints.
        config: its `checkpoint_every` and `steps` are read.
        progress: stored beside each checkpoint.
    """

    def __init__(self, folder: Path, config: ConfigDict, progress: Progress) -> None:
        super().__init__()
        self._folder = folder
        self._config = config
        self._progress = progress

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Write one where it is due."""
        step = (epoch + 1) * self.params["steps"]
        is_last = step == self._config.steps or self._progress.ended_early
        if step % self._config.checkpoint_every == 0 or is_last:
            checkpoints.save(self.model, self._folder, step, self._progress)


class TestLogger(keras.callbacks.Callback):
    """Look at the test split before the first step and every so many steps.

    Scores, pictures and sounds go to TensorBoard, scores and `Report.history` to `history`. At
    the end TensorBoard has those of the last step in any case.

    They are for looking at only: nothing in training depends on the test split, and no
    checkpoint is selected by it.

    Args:
        log: the run's log for TensorBoard.
        look: maps the model to a report on it.
        every: steps between two looks; 0 takes none.
        history: folder of the looks, see `sps_tf.runs.history`.
        progress: how long the run has taken so far.
    """

    __test__ = False  # its name is no reason for pytest to collect it

    def __init__(
        self,
        log: "Log",
        look: Callable[[keras.Model], Report],
        every: int,
        history: Path,
        progress: Progress,
    ) -> None:
        super().__init__()
        self._log = log
        self._look = look
        self._every = every
        self._history = history
        self._progress = progress

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at what the warm start has left, where the run is not one that goes on."""
        if self._every and int(ops.convert_to_numpy(self.model.step)) == 0:
            self._write(0)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Look where it is due."""
        step = (epoch + 1) * self.params["steps"]
        if self._every and step % self._every == 0:
            self._write(step)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Let TensorBoard have the final evaluation, whose numbers the HPARAMS tab compares."""
        step = int(ops.convert_to_numpy(self.model.step))
        if not self._every or step % self._every:
            self._log_report(self._look(self.model), step)

    def _log_report(self, report: Report, step: int) -> None:
        self._log.write_scalars(report.metrics, step)
        self._log.write_pictures(report.pictures, step)
        self._log.write_sounds(report.sounds, step)

    def _write(self, step: int) -> None:
        report = self._look(self.model)
        self._log_report(report, step)
        kept = {name: values.tolist() for name, values in report.history.items()}
        write_look(self._history, Look(step, self._progress.seconds, report.metrics, **kept))
