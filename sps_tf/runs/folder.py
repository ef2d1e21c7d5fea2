"""A run's folder: its settings, its results, and the lock that keeps two processes apart."""

import contextlib
import json
from pathlib import Path
from typing import Any

from ml_collections import ConfigDict

from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.runs.settings import bring_up_to_date, list_differences

# What the evaluation of a run on sound leaves in its folder, see `sps_tf.metrics.PitchPoints`.
POINTS_FILE = "pitch_points.npz"
# The bars of Figures 10 and 14, kept by the evaluation for figures over several runs.
CHANGES_FILE = "changes.npz"
RESULT_KEYS = (
    "dataset",
    "method",
    "preset",
    "seed",
    "steps",
    "seconds",
    "metrics",
    "data",
    "config",
    "versions",
)


class Run:
    """The folder of one run.

    Reading needs no more than the constructor. Training enters the run as a context manager,
    which makes the folder and holds its lock until the end.

    Example:
        config = Run("runs/sps_ball/sps_fast_seed0").read_config()

    Args:
        workdir: the folder; `~` stands for the home folder.
    """

    def __init__(self, workdir: str | Path) -> None:
        self.workdir = Path(workdir).expanduser()
        self.checkpoints = self.workdir / "checkpoints"
        self.tensorboard = self.workdir  # which names the run there
        self.pictures = self.workdir / "pictures"
        self.sounds = self.workdir / "sounds"
        self.latents = self.workdir / "latents"
        self.history = self.workdir / "history"
        self.model_path = self.workdir / "model.keras"
        self.progress_path = self.workdir / "progress.json"
        self._config_path = self.workdir / "config.json"
        self._results_path = self.workdir / "results.json"
        self._data_path = self.workdir / "data.json"
        self._lock = contextlib.ExitStack()

    def __enter__(self) -> "Run":
        try:
            self._lock.enter_context(files.hold(self.workdir / ".lock", self._refuse))
        except OSError as error:
            raise UserError(
                f"The workdir {self.workdir} cannot be used: {error.strerror}. "
                "Name another with --workdir."
            ) from error
        parts = (self.checkpoints, self.pictures, self.sounds, self.latents, self.history)
        for folder in (self.workdir, *parts):
            files.remove_leftovers(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def check_config(self, config: ConfigDict) -> None:
        """Check that the folder is free, or belongs to a run with these settings.

        Args:
            config: the settings of the run that is about to start or to go on.

        Raises:
            UserError: if the folder holds other settings, each of which is named with both
                values, or checkpoints without settings.
        """
        if self.has_config():
            differences = list_differences(self._read_settings(), to_json(config))
            if differences:
                raise UserError(
                    f"{self.workdir} belongs to a run with other settings "
                    f"({'; '.join(differences)}). Repeat those, or name another folder with "
                    "--workdir."
                )
        elif any(self.checkpoints.glob("*.keras")) or self._results_path.exists():
            raise UserError(
                f"{self.workdir} holds a run but no config.json, so nothing says which "
                "settings it had. Name another folder with --workdir."
            )

    def write_config(self, config: ConfigDict) -> None:
        """Make the folder that of a run with these settings."""
        for folder in (self.checkpoints, self.pictures):
            folder.mkdir(exist_ok=True)
        files.write_json(self._config_path, to_json(config))

    def has_config(self) -> bool:
        """Tell whether a run was started in the folder."""
        return self._config_path.exists()

    def read_config(self) -> ConfigDict:
        """Return the settings that the run was started with, locked.

        Those of an older version have the fields that came since, see `bring_up_to_date`.

        Raises:
            UserError: if the folder is not that of a run, or the file is damaged.
        """
        if not self.has_config():
            raise UserError(
                f"{self.workdir} is not the folder of a run: it has no config.json. "
                "`python -m launch.train` makes one."
            )
        return ConfigDict(self._read_settings()).lock()

    def read_results(self) -> dict[str, Any] | None:
        """Return the results of a finished run, or None where it has not finished.

        Raises:
            UserError: if the file is damaged, or belongs to a run with other settings.
        """
        if not self._results_path.exists():
            return None
        results = _read_json(self._results_path)
        missing = [key for key in RESULT_KEYS if key not in results]
        if missing:
            raise UserError(
                f"{self._results_path} lacks {', '.join(missing)}. Delete it and run the same "
                "command again: it is made anew from the last checkpoint."
            )
        if isinstance(results["config"], dict):
            results["config"] = bring_up_to_date(results["config"])
        self._check_settings_of(results)
        return results

    def _read_settings(self) -> dict[str, Any]:
        return bring_up_to_date(_read_json(self._config_path))

    def _check_settings_of(self, results: dict[str, Any]) -> None:
        """Refuse results of another run, or of another number of steps."""
        settings = results["config"] if isinstance(results["config"], dict) else {}
        differences = []
        if self.has_config():
            differences = list_differences(settings, self._read_settings())
        if results["steps"] != settings.get("steps", results["steps"]):
            differences.append(f"steps is {results['steps']}, in its config {settings['steps']}")
        if differences:
            raise UserError(
                f"{self._results_path} is not of the run that config.json describes "
                f"({'; '.join(differences[:3])}). Delete it and run the same command again: it is "
                "made anew from the last checkpoint."
            )

    def check_data(self, name: str) -> None:
        """Check that a run goes on with the data that it began with, which the first call notes.

        Args:
            name: full name of the data set, which stands for its content.

        Raises:
            UserError: if the data are others now.
        """
        if not self._data_path.exists():
            files.write_json(self._data_path, {"name": name})
            return
        held = _read_json(self._data_path).get("name")
        if held != name:
            raise UserError(
                f"The data have changed since {self.workdir} was begun. Name another folder with "
                "--workdir to train on them as they are now, or delete the run's. Received: "
                f"{name}, while the run has learnt from {held}"
            )

    def write_results(self, results: dict[str, Any]) -> None:
        """Write `results.json`, the mark of a finished run.

        Args:
            results: the keys of `RESULT_KEYS`, in that order.

        Raises:
            ValueError: if the keys are others.
        """
        if tuple(results) != RESULT_KEYS:
            raise ValueError(f"Results need the keys {RESULT_KEYS}. Received: {tuple(results)}")
        files.write_json(self._results_path, results)

    def write_progress(self, stage: str, step: int) -> None:
        """Tell other processes how far the run is.

        Args:
            stage: what it does, in a word or two.
            step: number of finished training steps.
        """
        files.write_json(self.progress_path, {"stage": stage, "step": step})

    def read_progress(self) -> tuple[str, int] | None:
        """Return stage and step of the run, or None where it has not told."""
        try:
            progress = json.loads(self.progress_path.read_text(encoding="utf-8"))
            return str(progress["stage"]), int(progress["step"])
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def _refuse(self) -> None:
        raise UserError(
            f"Another process is training in {self.workdir}. Wait for it, or name another folder "
            "with --workdir."
        )


def default_workdir(config: ConfigDict, root: str | Path = "runs") -> Path:
    """Return the folder that a run has where none is named.

    Args:
        config: its `dataset`, `method`, `preset` and `seed` are read.
        root: folder of all runs. Default "runs".

    Returns:
        `<root>/<dataset>/<method>_<preset>_seed<seed>`.
    """
    return Path(root) / config.dataset / f"{config.method}_{config.preset}_seed{config.seed}"


def make_source_absolute(config: ConfigDict) -> None:
    """Let `data.source_path` name the same file from every folder; evaluation reads it again.

    Args:
        config: changed in place, where it has the field and the field is not empty.
    """
    if config.data.get("source_path"):
        config.data.source_path = str(Path(config.data.source_path).expanduser().resolve())


def to_json(config: ConfigDict) -> dict[str, Any]:
    """Return a config as plain JSON values: tuples become lists, references their values."""
    return json.loads(config.to_json())


def from_json(values: dict[str, Any]) -> ConfigDict:
    """Return the config that `to_json` gave, locked, its sequences tuples again."""

    def restore(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: restore(inner) for key, inner in value.items()}
        return tuple(restore(inner) for inner in value) if isinstance(value, list) else value

    return ConfigDict(restore(values)).lock()


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read ({error}). Name another folder.") from error
    if not isinstance(content, dict):
        raise UserError(f"{path} must hold a JSON object. Received: {type(content).__name__}")
    return content
