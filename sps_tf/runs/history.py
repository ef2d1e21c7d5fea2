"""What a run scored on the way, and when: a small file for each look at the test split.

A look's file is written in one move and named after its step, so a run that is continued neither
loses nor doubles one.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from sps_tf import files
from sps_tf.errors import UserError

_NAME = re.compile(r"step_\d{8,}\.json")


@dataclass(frozen=True)
class Look:
    """One look at the test split.

    Args:
        step: finished training steps.
        seconds: wall time of training until then, the warm start and earlier looks included.
        metrics: see `sps_tf.evaluation.make_report`.
        grid: (point, 2), see `sps_tf.evaluation.coordinate_grid`; None without that evaluator.
    """

    step: int
    seconds: float
    metrics: dict[str, float]
    grid: list[list[float]] | None = None


def write_look(folder: Path, look: Look) -> None:
    """Write a look into a run's folder of looks, which is made where it is missing."""
    folder.mkdir(exist_ok=True)
    files.write_json(folder / f"step_{look.step:08d}.json", asdict(look))


def read_looks(folder: Path) -> list[Look]:
    """Return the looks of a run in the order of their steps; none where there is no folder.

    Raises:
        UserError: if a file is damaged.
    """
    looks = []
    for path in sorted(folder.glob("step_*.json")):
        if not _NAME.fullmatch(path.name):
            continue
        try:
            looks.append(Look(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"{path} cannot be read ({error}). Delete it.") from error
    return sorted(looks, key=lambda look: look.step)
