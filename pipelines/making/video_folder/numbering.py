"""The order of the pictures in a folder, and where some of them are missing."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pipelines.making.video_folder.formats import IMAGE_SUFFIXES
from pipelines.making.walking import is_hidden

_NUMBER = re.compile(r"[0-9]+")


def list_pictures(folder: Path) -> list[Path]:
    """List the pictures in a folder, frame2 before frame10.

    Args:
        folder: the folder; folders inside it are not searched, hidden files are passed over.

    Returns:
        Paths in natural order.
    """

    def natural(path: Path) -> list[tuple[int, int | str]]:
        parts = re.findall(r"[0-9]+|[^0-9]+", path.name)
        return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]

    files = (
        file
        for file in folder.iterdir()
        if file.suffix.lower() in IMAGE_SUFFIXES and not is_hidden(file.name) and file.is_file()
    )
    return sorted(files, key=lambda path: (natural(path), path.name))


def split_at_gaps(files: Sequence[Path]) -> list[list[Path]]:
    """Split pictures where numbers are missing, so that nothing is spliced over a gap.

    The last number in a name counts. Numbers may go up by any step; where most of the steps are
    alike, one that is another is a gap. Where what stands around the number changes, another
    series begins. Names without numbers, and numbers that go up by no rule, have no gaps.

    Args:
        files: the pictures in their order.

    Returns:
        The same files in pieces, none of them empty.
    """
    if not files:
        return []
    named = [_number(file) for file in files]
    steps = [
        b[1] - a[1] if a and b and a[0] == b[0] else None for a, b in itertools.pairwise(named)
    ]
    counted = Counter(step for step in steps if step is not None)
    usual, n_usual = counted.most_common(1)[0] if counted else (0, 0)
    is_regular = 2 * n_usual >= counted.total() and usual > 0
    pieces = [[files[0]]]
    for file, before, after, step in zip(files[1:], named, named[1:], steps, strict=False):
        other_series = step is None and before is not None and after is not None and is_regular
        if other_series or (is_regular and step not in (None, usual)):
            pieces.append([])
        pieces[-1].append(file)
    return pieces


def _number(file: Path) -> tuple[str, int] | None:
    """Return what stands around the last number of a name, and the number."""
    found = list(_NUMBER.finditer(file.stem))
    if not found:
        return None
    start, stop = found[-1].span()
    # Digits beyond these are no count of pictures, and Python refuses to read thousands of them.
    return f"{file.stem[:start]}\0{file.stem[stop:]}", int(file.stem[start:stop][-30:])
