"""The names of checkpoints: which there are, and which one is meant. Loads no model."""

import re
from pathlib import Path

from sps_tf.errors import UserError
from sps_tf.runs.folder import Run

_NAME = re.compile(r"step_(\d{8,})\.keras")


def path_of(folder: Path, step: int) -> Path:
    """Return the file of the checkpoint of a step."""
    return folder / f"step_{step:08d}.keras"


def list_checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """Return (step, file) of each checkpoint in a folder, the newest first."""
    found = [(_NAME.fullmatch(path.name), path) for path in folder.glob("step_*.keras")]
    return sorted(((int(name[1]), path) for name, path in found if name), reverse=True)


def check_choice(run: Run, checkpoint: str | None) -> None:
    """Refuse a choice of checkpoint that is not there.

    Args:
        run: the run.
        checkpoint: "final", "latest", or a step. None: final if there, else latest.

    Raises:
        UserError: if it is not there; the message names those that are.
    """
    steps = [step for step, _ in list_checkpoints(run.checkpoints)]
    kept = f"Kept are the steps {', '.join(map(str, sorted(steps)))}." if steps else "None is kept."
    if checkpoint == "final" and not run.model_path.exists():
        raise UserError(f"{run.workdir} has no final model: the run has not finished. {kept}")
    if checkpoint in (None, "final") and run.model_path.exists():
        return
    if checkpoint in (None, "latest"):
        if not steps:
            raise UserError(f"{run.workdir} holds no checkpoint yet: let it train further.")
        return
    if not checkpoint.isdecimal() or int(checkpoint) not in steps:
        raise UserError(
            f"--checkpoint must be final, latest or the step of a kept checkpoint. {kept} "
            f"Received: {checkpoint!r}"
        )
