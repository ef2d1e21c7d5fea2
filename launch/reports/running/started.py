"""A run that is being trained somewhere."""

from collections.abc import Callable

from launch.reports.engine.plan import PlannedRun
from sps_tf.runs.folder import Run, to_json


class RunningRun:
    """A run that is being trained somewhere, and tells how far it is in its folder.

    Args:
        run: the run.
    """

    def __init__(self, run: PlannedRun) -> None:
        self.run = run
        self.data = data_of(run)
        self._folder = Run(run.workdir)
        self._earlier = self._told_at()

    def has_data(self) -> bool:
        """Say whether the run has loaded its data: it then tells how far it is."""
        return self._told_at() != self._earlier

    def progress(self) -> tuple[str, int] | None:
        """Return what the run does and its step; None before it has told."""
        return self._folder.read_progress() if self.has_data() else None

    def has_ended(self) -> bool:
        """Say whether it has ended, well or not."""
        raise NotImplementedError

    def problem(self) -> str:
        """Say why the ended run failed; an empty string where it did not."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """Do as Ctrl-C would."""
        raise NotImplementedError

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for its end, and kill it where that takes longer."""
        raise NotImplementedError

    def _told_at(self) -> int | None:
        path = self._folder.progress_path
        return path.stat().st_mtime_ns if path.exists() else None


# Begins a run on the data sets of a folder.
Start = Callable[[PlannedRun, str | None], RunningRun]


def data_of(run: PlannedRun) -> tuple[str, str]:
    """Return what tells whether two runs read the same data."""
    return run.config.dataset, str(to_json(run.config)["data"])
