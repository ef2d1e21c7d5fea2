"""Read the pictures of one video file or of one folder, one after the other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from pipelines.making.report import Report
from pipelines.making.video_folder.pictures import read_animation, read_folder
from pipelines.making.video_folder.video_file import read_video
from sps_tf.optional import require_module

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
        kept: what the picture does not fill is black.
    """
    cv2 = require_module("cv2")

    def reduce(picture: np.ndarray) -> np.ndarray:
        if channels == 1:
            picture = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        scale = min(height / picture.shape[0], width / picture.shape[1])
        rows, columns = (max(1, round(scale * side)) for side in picture.shape[:2])
        small = cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
        top, left = (height - rows) // 2, (width - columns) // 2
        result = np.zeros((height, width, channels), np.uint8)
        result[top : top + rows, left : left + columns] = small.reshape(rows, columns, channels)
        return result

    return reduce


def read_pictures(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Read the pictures of a video, one after the other, upright and without transparency.

    Reasons in the report: those of `video_file.read_video`, `pictures.read_animation` and
    `pictures.read_folder`.

    Args:
        path: a video file, or a folder of pictures.
        name: how the report names it.
        frame_stride: 1 takes every frame, 2 every second, and so on.
        report: counts are added here.

    Yields:
        Pictures uint8 (height, width, 3), red first; None where the next one does not follow the
        one before: in the place of a damaged or a missing one.
    """
    if path.is_dir():
        return read_folder(path, name, frame_stride, report)
    reader = read_animation if path.suffix.lower() == ".gif" else read_video
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
