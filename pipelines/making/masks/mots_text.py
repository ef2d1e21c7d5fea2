"""MOTS annotation text: `time_frame object_id class_id img_height img_width rle`, a line each.

KITTI MOTS and MOTSChallenge share this format. Files come from anywhere, so every line is
checked before anything of the size it declares is allocated, and a bad line costs that line only.
"""

import contextlib
import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from pipelines.making.archives import DAMAGED, list_members, open_zip
from pipelines.making.report import Report
from pipelines.making.walking import walk_files
from sps_tf.errors import UserError

SUFFIXES = (".txt",)
PEDESTRIAN = 2
MAX_SIDE_PIXELS = 10_000
MAX_LINE_CHARS = 1_000_000
# The largest of the published files has 30,000 lines and 7 MB.
MAX_FILE_LINES, MAX_FILE_BYTES = 1_000_000, 64 << 20
MAX_FILES, MAX_TOTAL_BYTES = 10_000, 1 << 30
_INTEGER = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_FIELDS = ("time_frame", "object_id", "class_id", "img_height", "img_width")


class MaskRecord(NamedTuple):
    """One mask of one pedestrian in one frame, as the annotation gives it.

    Attributes:
        frame: index of the frame in its video.
        object_id: number of the pedestrian in its video.
        height: rows of the image, in pixels.
        width: columns of the image, in pixels.
        rle: compressed run lengths of the mask, not checked yet.
        line: number of the line in its file, from 1.
    """

    frame: int
    object_id: int
    height: int
    width: int
    rle: str
    line: int


def parse_lines(lines: Iterable[str], file_name: str, report: Report) -> Iterator[MaskRecord]:
    """Parse annotation lines; count and leave out what cannot be right.

    Reasons of leaving out: `line_too_long`, `field_count`, `not_an_integer`, `negative`,
    `zero_size`, `size_too_large` (a side above 10,000 pixels), `other_class`. Empty lines count
    for nothing.

    Args:
        lines: the lines of one file.
        file_name: the name that places in the report start with.
        report: counts are added here while the result is consumed.

    Yields:
        The records of pedestrians.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        report.kept["lines"] += 1
        reason = _fault(line)
        if reason:
            # Cars belong into these files, so their places are of no interest.
            report.skip(reason, "" if reason == "other_class" else f"{file_name}:{number}")
            continue
        *integers, rle = line.split()
        frame, object_id, _, height, width = map(int, integers)
        yield MaskRecord(frame, object_id, height, width, rle, number)


def _fault(line: str) -> str:
    """Return why a line is left out, or an empty string."""
    if len(line) > MAX_LINE_CHARS:
        return "line_too_long"
    fields = line.split()
    if len(fields) != len(_FIELDS) + 1:
        return "field_count"
    if not all(_INTEGER.fullmatch(field) for field in fields[:-1]):
        return "not_an_integer"
    frame, object_id, class_id, height, width = map(int, fields[:-1])
    if min(frame, object_id, class_id, height, width) < 0:
        return "negative"
    if class_id != PEDESTRIAN:
        return "other_class"
    if min(height, width) == 0:
        return "zero_size"
    if max(height, width) > MAX_SIDE_PIXELS:
        return "size_too_large"
    return ""


def read_lines(stream: IO[bytes]) -> Iterator[str]:
    """Read lines of bounded length; a longer one comes out cut just above the bound.

    Args:
        stream: the file, in binary.

    Yields:
        Lines without their end, at most `MAX_LINE_CHARS` + 1 characters each. Bytes that are
        not ASCII become a character that no field may hold.
    """
    text = io.TextIOWrapper(stream, encoding="ascii", errors="replace", newline=None)
    while line := text.readline(MAX_LINE_CHARS + 1):
        rest = line
        while not rest.endswith("\n") and (rest := text.readline(MAX_LINE_CHARS)):
            pass  # the remainder of an over-long line
        yield line.rstrip("\n")


def list_files(source: str | os.PathLike, report: Report | None = None) -> list[str]:
    """List the annotation files in a zip or a folder.

    Args:
        source: a zip file, or a folder with `.txt` files at any depth, see `walk_files`.
        report: what `walk_files` leaves out is counted here. Default None: nobody is told.

    Returns:
        Names of the `.txt` files inside, with forward slashes, sorted.

    Raises:
        UserError: if there is no such file or folder, it is no zip, too large, or nothing is
            inside.
    """
    path, report = Path(source), report or Report()
    if path.is_dir():
        found = walk_files(path, report.skip)
        names = sorted(name for name, file in found if file.suffix.lower() in SUFFIXES)
    elif path.is_file():
        with open_zip(path) as archive:
            names = list_members(archive, SUFFIXES, MAX_FILES, MAX_TOTAL_BYTES)
    else:
        raise UserError(f"There is no file or folder of MOTS annotations at {path}")
    if not names:
        raise UserError(f"No .txt annotation file is in {path}")
    return names


def open_lines(source: str | os.PathLike, name: str, report: Report) -> Iterator[str]:
    """Read the lines of one file that `list_files` named.

    Args:
        source: the zip or folder.
        name: name of the file inside.
        report: a file that breaks off is counted here as `file_unreadable`, one of more than
            64 MiB or a million lines, which is used up to there, as `file_too_long`.

    Yields:
        The lines, up to where the file can be read.
    """
    path = Path(source)
    try:
        with contextlib.ExitStack() as stack:
            if path.is_dir():
                stream = stack.enter_context(open(path / name, "rb"))
            else:
                stream = stack.enter_context(stack.enter_context(open_zip(path)).open(name))
            n_chars = 0
            for number, line in enumerate(read_lines(stream)):
                n_chars += len(line) + 1
                if number == MAX_FILE_LINES or n_chars > MAX_FILE_BYTES:
                    report.skip("file_too_long", name)
                    break
                yield line
    except DAMAGED as error:
        report.skip("file_unreadable", f"{name} ({type(error).__name__})")
