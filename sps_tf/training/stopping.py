"""Why a model stops training before its last step: a loss that no longer falls, and Ctrl-C."""

import signal
import sys
import threading
from pathlib import Path

import keras
from tqdm import tqdm

from sps_tf.runs import checkpoints
from sps_tf.runs.checkpoints import Progress
from sps_tf.training.validation import EARLY_END_LOSS


class EarlyEnd(keras.callbacks.Callback):
    """End a run where the reconstruction of the training frames no longer falls (section A.6.1).

    The loss is the mean over a log interval. A run that goes on from a checkpoint ends where it
    would have ended without a break.

    Args:
        progress: keeps the lowest loss, and whether the run ends.
        patience_steps: steps without a lower loss after which the run ends; 0: never.
    """

    def __init__(self, progress: Progress, patience_steps: int) -> None:
        super().__init__()
        self._progress = progress
        self._patience_steps = patience_steps

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Compare the interval's loss with the lowest one."""
        if not self._patience_steps:
            return
        step, progress = (epoch + 1) * self.params["steps"], self._progress
        loss = float(logs[EARLY_END_LOSS])
        if progress.lowest_loss is None or loss < progress.lowest_loss:
            progress.lowest_loss, progress.lowest_step = loss, step
        elif step - progress.lowest_step >= self._patience_steps:
            progress.ended_early = self.model.stop_training = True
            tqdm.write(
                f"Ended at step {step}: {EARLY_END_LOSS} was lowest at step {progress.lowest_step} "
                f"(config.early_end_steps={self._patience_steps}).",
                file=sys.stderr,
            )


class CheckpointOnStop(keras.callbacks.Callback):
    """Let the first Ctrl-C wait for the end of its log interval, and write a checkpoint there.

    A second one stops at once. Nothing changes where SIGINT is ignored, as by shells in the
    background, nor outside the main thread.

    Args:
        folder: folder of the checkpoints.
        progress: stored beside the checkpoint.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        super().__init__()
        self._folder = folder
        self._progress = progress
        self._before = None
        self._is_asked = self._is_told = False

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Take SIGINT over."""
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = before
            signal.signal(signal.SIGINT, self._note)

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Say what is waited for."""
        if self._is_asked and not self._is_told:
            self._is_told = True
            left = self.params["steps"] - 1 - batch
            print(
                f"\nStopping after {left} more steps, with a checkpoint; Ctrl-C again: at once.",
                file=sys.stderr,
            )

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Write the checkpoint and stop, where that was asked for."""
        if self._is_asked:
            step = (epoch + 1) * self.params["steps"]
            checkpoints.save(self.model, self._folder, step, self._progress)
            self._stop()

    def on_train_end(self, logs: dict | None = None) -> None:
        """Give SIGINT back; the last step has its checkpoint."""
        if self._is_asked:
            self._stop()
        self.close()

    def close(self) -> None:
        """Give SIGINT back."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _note(self, number: int, frame: object) -> None:
        if self._is_asked:
            self._stop()
        self._is_asked = True

    def _stop(self) -> None:
        """Do what Ctrl-C did before."""
        before = self._before
        self.close()
        before(signal.SIGINT, None)
