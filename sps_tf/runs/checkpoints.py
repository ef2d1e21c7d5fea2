"""Checkpoints: whole `.keras` files, so that each holds weights, optimiser and step.

Data order and noise derive from the seed and the step, so a checkpoint needs no more than
these to continue as if nothing had happened. Beside each file lies a small `.json` with what
the report at the end needs of the steps behind it.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras

import sps_tf.models  # both register the classes that a file names
import sps_tf.optimizers  # noqa: F401
from sps_tf import files
from sps_tf.backend import uses_tensorflow
from sps_tf.errors import UserError
from sps_tf.runs.checkpoint_files import check_choice, list_checkpoints, path_of
from sps_tf.runs.folder import Run
from sps_tf.runs.keras_file import count_weights, find_damage

N_KEPT = 3


@dataclass
class Progress:
    """What a run has behind it, resumed parts included.

    Args:
        seconds: wall time of training, from the building of the model on.
        step_seconds: the part of it spent in training steps, the first of each start left out.
        wait_seconds: the part of `step_seconds` in which a step waited for its batch.
        logs: means over the last log interval, by name.
        lowest_loss: the lowest mean of a log interval, of the loss that an early end waits for;
            None without one.
        lowest_step: the step at its end.
        ended_early: whether the run ends at this step, before the last of its config.
    """

    seconds: float = 0.0
    step_seconds: float = 0.0
    wait_seconds: float = 0.0
    logs: dict[str, float] = field(default_factory=dict)
    lowest_loss: float | None = None
    lowest_step: int = 0
    ended_early: bool = False


def save(model: keras.Model, folder: Path, step: int, progress: Progress) -> Path:
    """Write a checkpoint in one move, then remove all but the last three.

    Args:
        model: the compiled model.
        folder: folder of the checkpoints.
        step: number of finished training steps, at least 0.
        progress: what the run has behind it at this step.

    Returns:
        The file.

    Raises:
        UserError: if the file cannot be written, for one because the disk is full. The
            checkpoints before it stay as they are.
    """
    path = path_of(folder, step)
    try:
        files.write_json(path.with_suffix(".json"), asdict(progress))
        files.write_atomically(path, model.save)
    except OSError as error:
        if not path.exists():
            path.with_suffix(".json").unlink(missing_ok=True)
        kept = list_checkpoints(folder)
        raise UserError(
            f"The checkpoint of step {step} could not be written to {folder}: "
            f"{error.strerror or error}. "
            + (f"The one of step {kept[0][0]} is intact. " if kept else "")
            + "Make room, then run the same command again."
        ) from error
    for _, old in list_checkpoints(folder)[N_KEPT:]:
        old.unlink()
        old.with_suffix(".json").unlink(missing_ok=True)
    return path


def load_latest(folder: Path) -> tuple[keras.Model, int, Progress] | None:
    """Load the newest checkpoint that is whole.

    A damaged one is said to be so on stderr, renamed to `*.damaged`, and the one before it is
    tried.

    Args:
        folder: folder of the checkpoints.

    Returns:
        The model, compiled, with its optimiser; the step; what the run has behind it. None
        where the folder has no checkpoint.

    Raises:
        UserError: if there are checkpoints but each one is damaged, or a whole one was written
            by code that no longer fits.
    """
    found = list_checkpoints(folder)
    for step, path in found:
        problem = find_damage(path)
        if problem:
            path.rename(path.with_name(path.name + ".damaged"))
            print(
                f"warning: {path.name} is damaged ({problem}); it is set aside as "
                f"{path.name}.damaged and the checkpoint before it is used.",
                file=sys.stderr,
            )
            continue
        return load_model(path), step, _read_progress(path.with_suffix(".json"))
    if found or any(folder.glob("*.damaged")):
        raise UserError(
            f"No checkpoint in {folder} is whole. Delete the run's folder to start from the "
            "beginning, or name another with --workdir."
        )
    return None


def load_model(path: Path, compile: bool = True) -> keras.Model:
    """Load one `.keras` file of this project.

    Args:
        path: the file.
        compile: whether to load the optimiser too. Default True.

    Returns:
        The model.

    Raises:
        UserError: if the file is missing, damaged, or does not fit the code.
    """
    problem = find_damage(path)
    if problem:
        raise UserError(f"{path} cannot be loaded: {problem}.")
    try:
        model = keras.saving.load_model(path, compile=compile)
        if compile:
            model.jit_compile = not uses_tensorflow()  # a file of the other backend has its rule
        # Where a layer's build_config is not its own, Keras passes over what the file holds of it.
        held, taken = count_weights(path), len(model.weights)
        if held != taken:
            raise ValueError(f"it holds {held} arrays of weights, of which {taken} have a place")
        return model
    except Exception as error:
        # A description that is not the code's can break any line of Keras.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise UserError(
            f"{path} is whole but does not fit this version of the code: {reason}"
        ) from error


def load_from_run(run: Run, checkpoint: str | None = None) -> keras.Model:
    """Load the model of a run.

    Args:
        run: the run.
        checkpoint: "final", "latest" or a step. Default None: final if there, else latest.

    Returns:
        The compiled model.

    Raises:
        UserError: if it is not there, or see `load_model`.
    """
    check_choice(run, checkpoint)
    if checkpoint == "final" or (checkpoint is None and run.model_path.exists()):
        return load_model(run.model_path)
    if checkpoint in (None, "latest"):
        return load_latest(run.checkpoints)[0]
    return load_model(path_of(run.checkpoints, int(checkpoint)))


def _read_progress(path: Path) -> Progress:
    """Read what lies beside a checkpoint; a lost file costs the report a few numbers only."""
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        print(f"warning: {path.name} is lost; the times reported start anew.", file=sys.stderr)
        return Progress()
