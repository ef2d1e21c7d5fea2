"""Read the pictures of one video file or of one folder, one after the other."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from pipelines.making.report import Report
from sps_tf.optional import require_module

VIDEO_SUFFIXES = {".mp4", ".avi", ".gif", ".mkv", ".mov", ".webm"}
IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}
MAX_SIDE_PIXELS = 10_000

Reduce = Callable[[np.ndarray], np.ndarray]


def make_reducer(height: int, width: int, channels: int) -> Reduce:
    """Return a function that brings a colour picture to size.

    Args:
        height: rows of the result.
        width: columns of the result.
        channels: 1 for grey, 3 for red, green, blue.

    Returns:
        A function from uint8 (any height, any width, 3), red first, to uint8 (height, width,
        channels). It averages over areas; a smaller picture is enlarged. The aspect ratio is
        not kept.
    """
    cv2 = require_module("cv2")

    def reduce(picture: np.ndarray) -> np.ndarray:
        if channels == 1:
            picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        return small.reshape(height, width, channels)

    return reduce


def read_pictures(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Read the pictures of a video, one after the other.

    Reasons in the report: `cannot_be_opened`, `picture_too_large` (a side above 10,000 pixels),
    `no_frame`, `ends_early` (fewer frames than the file declares), `cannot_be_decoded`,
    `picture_damaged`, `size_changes`.

    Args:
        path: a video file, or a folder of pictures.
        name: how the report names it.
        frame_stride: 1 takes every frame, 2 every second, and so on.
        report: counts are added here.

    Yields:
        Pictures uint8 (height, width, 3), red first; None in the place of a damaged one.
    """
    reader = _read_folder if path.is_dir() else _read_video
    return reader(path, name, frame_stride, report)


def count_frames(path: Path, name: str, frame_stride: int, report: Report) -> list[int]:
    """Count the frames of the stretches of a video in which none is missing.

    Args:
        path: as for `read_pictures`.
        name: as for `read_pictures`.
        frame_stride: as for `read_pictures`.
        report: as for `read_pictures`.

    Returns:
        Numbers of frames, none of them 0; a damaged picture ends one stretch and begins the next.
    """
    counts = [0]
    for picture in read_pictures(path, name, frame_stride, report):
        if picture is None:
            counts.append(0)
        else:
            counts[-1] += 1
    return [count for count in counts if count]


def _read_video(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Yield the pictures of a video file, red first."""
    cv2 = require_module("cv2")
    capture = cv2.VideoCapture()
    try:
        # The backend is named, because others take "%" in a file name for a pattern.
        if not capture.open(str(path.resolve()), cv2.CAP_FFMPEG):
            report.skip("cannot_be_opened", name)
            return
        sides = capture.get(cv2.CAP_PROP_FRAME_HEIGHT), capture.get(cv2.CAP_PROP_FRAME_WIDTH)
        if max(sides) > MAX_SIDE_PIXELS:
            report.skip("picture_too_large", name)
            return
        n_declared = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        n_read = 0
        while capture.grab():
            if n_read % frame_stride == 0:
                ok, picture = capture.retrieve()
                yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if ok else None
            n_read += 1
        if n_read == 0:
            report.skip("no_frame", name)
        elif n_read < n_declared:
            report.skip("ends_early", name)
    except (cv2.error, UnicodeError):
        report.skip("cannot_be_decoded", name)  # UnicodeError: a name that is no text
    finally:
        capture.release()


def _read_folder(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Yield the pictures in a folder in the order of their numbers."""
    size = None
    for file in list_pictures(path)[::frame_stride]:
        picture = _read_picture(file, f"{name}/{file.name}", report)
        if picture is not None:
            size = size or picture.shape
            if picture.shape != size:
                report.skip("size_changes", f"{name}/{file.name}")
                picture = None
        yield picture


def _read_picture(file: Path, name: str, report: Report) -> np.ndarray | None:
    """Return a picture as (height, width, 3), red first, or None where it is damaged."""
    from PIL import Image

    try:
        with Image.open(file) as image:
            if max(image.size) > MAX_SIDE_PIXELS:
                report.skip("picture_too_large", name)
                return None
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        # What Pillow's readers raise for damaged files.
        report.skip("picture_damaged", name)
        return None


def list_pictures(folder: Path) -> list[Path]:
    """List the pictures in a folder, frame2 before frame10.

    Args:
        folder: the folder; folders inside it are not searched.

    Returns:
        Paths in natural order.
    """

    def natural(path: Path) -> list[tuple[int, int | str]]:
        parts = re.findall(r"[0-9]+|[^0-9]+", path.name)
        return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]

    files = (file for file in folder.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES)
    return sorted(files, key=lambda path: (natural(path), path.name))
