"""One bar over the steps of all runs that are trained."""

import sys
import time
from collections.abc import Mapping, Sequence

from tqdm import tqdm

# A bar in a log file is a line each time, so it moves there less often.
_SECONDS_IN_TERMINAL, _SECONDS_IN_FILE = 0.5, 30.0


class Bar:
    """The bar; a run that failed counts as done.

    Args:
        steps: of each run.
    """

    def __init__(self, steps: Sequence[int]) -> None:
        in_terminal = sys.stderr.isatty()
        self._n_runs, self._n_ended, self._ended_steps = len(steps), 0, 0
        self._seconds = _SECONDS_IN_TERMINAL if in_terminal else _SECONDS_IN_FILE
        self._shown_at = 0.0
        self._bar = tqdm(total=sum(steps), unit="step", dynamic_ncols=in_terminal)

    def show(self, running: Mapping[str, tuple[str, int] | None]) -> None:
        """Show the steps done and what each run does, every so often.

        Args:
            running: name of each run that is being trained to its stage and step, see
                `sps_tf.runs.folder.Run.read_progress`.
        """
        if time.monotonic() - self._shown_at < self._seconds:
            return
        self._bar.n = self._ended_steps + sum(told[1] for told in running.values() if told)
        self._bar.set_description(f"{self._n_ended} of {self._n_runs} runs", refresh=False)
        texts = [
            f"{name} {' '.join(map(str, told or ('starts',)))}" for name, told in running.items()
        ]
        self._bar.set_postfix_str("; ".join(texts), refresh=False)
        self._bar.refresh()
        self._shown_at = time.monotonic()

    def end(self, name: str, steps: int, problem: str) -> None:
        """Say how a run has ended.

        Args:
            name: of the run.
            steps: of the run.
            problem: why it failed; empty where it did not.
        """
        self._n_ended += 1
        self._ended_steps += steps
        self._bar.write(f"{name}: {problem or 'done'}", file=sys.stderr)

    def close(self) -> None:
        """Show the last state and end the line."""
        self._shown_at = 0.0
        self.show({})
        self._bar.close()
