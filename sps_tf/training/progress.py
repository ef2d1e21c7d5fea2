"""How far a run is, for who watches it: a file that other processes read, and a bar."""

import sys
import time

import keras
from tqdm import tqdm

from sps_tf.runs.folder import Run

# A bar in a log file is a line each time, so it moves there less often.
_BAR_SECONDS_IN_FILE = 30.0
# Steps whose pace tells how long all of them will take.
_MEASURED_STEPS = 50


class ProgressFile(keras.callbacks.Callback):
    """Tell other processes after each log interval how far the run is.

    Args:
        run: the folder of the run.
        start_step: steps done by earlier parts of the run.
    """

    def __init__(self, run: Run, start_step: int) -> None:
        super().__init__()
        self._run = run
        self._start_step = start_step

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Tell that the steps begin."""
        self._run.write_progress("training", self._start_step)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Tell the steps done."""
        self._run.write_progress("training", (epoch + 1) * self.params["steps"])


class ExpectedTime(keras.callbacks.Callback):
    """Say once, by the pace of the first 50 steps, how long those that are left will take.

    The very first step, in which TensorFlow builds its graph, is not counted. Looks at the test
    split come on top.

    Args:
        start_step: steps done by earlier parts of the run.
        n_steps: steps of the whole run.
    """

    def __init__(self, start_step: int, n_steps: int) -> None:
        super().__init__()
        self._n_steps = n_steps - start_step
        self._n_begun = 0
        self._started = 0.0

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Start the clock with the second step, and read it 50 steps later."""
        self._n_begun += 1
        if self._n_begun == 2:
            self._started = time.monotonic()
        elif self._n_begun == _MEASURED_STEPS + 2:
            step_secs = (time.monotonic() - self._started) / _MEASURED_STEPS
            n_left = self._n_steps - self._n_begun + 1
            minutes = step_secs * n_left / 60
            tqdm.write(
                f"{1000 * step_secs:.0f} ms a step: about {minutes:.0f} minutes for the {n_left:,} "
                "that are left, and the looks at the test split.",
                file=sys.stderr,
            )


class ProgressBar(keras.callbacks.Callback):
    """Show the steps done, steps a second, the time left and the loss of the last interval.

    The bar moves as a step begins, not as it ends: Keras would have to fetch the logs from the
    device at each step's end.

    Args:
        start_step: steps done by earlier parts of the run.
        n_steps: steps of the whole run.
    """

    def __init__(self, start_step: int, n_steps: int) -> None:
        super().__init__()
        in_terminal = sys.stderr.isatty()
        self._bar = tqdm(
            initial=start_step,
            total=n_steps,
            desc="training",
            unit="step",
            dynamic_ncols=in_terminal,
            mininterval=0.5 if in_terminal else _BAR_SECONDS_IN_FILE,
        )
        self._n_before = start_step

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note where the interval starts."""
        self._n_before = epoch * self.params["steps"]

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Count the steps done."""
        self._bar.update(self._n_before + batch - self._bar.n)

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Count the interval's last step and show its loss."""
        self._bar.set_postfix(loss=f"{logs['loss']:.4g}", refresh=False)
        self._bar.update(self._n_before + self.params["steps"] - self._bar.n)

    def close(self) -> None:
        """Leave the bar as it is and end its line."""
        self._bar.close()
