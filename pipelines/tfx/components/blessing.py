"""What Evaluator leaves for Pusher: a file that says whether a model may be pushed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sps_tf import files

BLESSED, NOT_BLESSED = "BLESSED", "NOT_BLESSED"


def write_verdict(folder: Path, verdict: Mapping[str, Any]) -> None:
    """Fill a `blessing` folder.

    Args:
        folder: an existing folder.
        verdict: plain JSON values; its `reasons` speak against the model.
    """
    files.write_json(folder / (NOT_BLESSED if verdict["reasons"] else BLESSED), verdict)


def is_blessed(folder: Path) -> bool:
    """Tell whether a `blessing` folder holds a blessing."""
    return (folder / BLESSED).is_file()


def read_verdict(folder: Path) -> dict[str, Any]:
    """Return what a `blessing` folder holds."""
    path = folder / (BLESSED if is_blessed(folder) else NOT_BLESSED)
    return json.loads(path.read_text(encoding="utf-8"))
