"""The note in a data set of which only the first examples of each split were made."""

import json
from pathlib import Path

from sps_tf.files import write_json

LIMIT_FILE = "limit.json"
_KEY = "max_examples_per_split"


def write_limit(folder: Path, n_examples: int) -> None:
    """Note that a data set holds the first examples of each split only.

    Args:
        folder: that of a data set's version.
        n_examples: how many, at least 1.
    """
    write_json(folder / LIMIT_FILE, {_KEY: n_examples})


def read_limit(folder: Path) -> int | None:
    """Return how many examples of each split a data set holds at most, or None: all.

    Args:
        folder: that of a data set's version.
    """
    path = folder / LIMIT_FILE
    return json.loads(path.read_text(encoding="utf-8"))[_KEY] if path.is_file() else None
