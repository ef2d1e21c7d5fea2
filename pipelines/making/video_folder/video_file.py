"""Read the pictures of one video file with OpenCV: upright, and with a look at their times."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np

from pipelines.making.report import Report
from pipelines.making.video_folder.formats import MAX_SIDE_PIXELS
from pipelines.making.video_folder.timing import times_are_even
from sps_tf.optional import require_module

# Matroska and WebM declare a duration and no number of frames.
_MATROSKA = b"\x1a\x45\xdf\xa3"
# Their duration counts the sound too, which may end a little after the pictures.
_MISSING_SHARE = 0.05


def read_video(
    path: Path, name: str, frame_stride: int, report: Report
) -> Iterator[np.ndarray | None]:
    """Read the pictures of a video file, turned as the file says that they are to be shown.

    Reasons in the report: `cannot_be_opened`, `picture_too_large` (a side above 10,000 pixels),
    `no_frame`, `ends_early` (fewer frames than the file declares), `cannot_be_decoded`,
    `rotation_not_read` (by an angle that is no quarter turn), `uneven_times` (frames do not
    follow each other at even times; they are used as if they did).

    Args:
        path: the file.
        name: how the report names it.
        frame_stride: 1 takes every frame, 2 every second, and so on.
        report: counts are added here.

    Yields:
        Pictures uint8 (height, width, 3), red first; None in the place of a damaged one.
    """
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
        quarter_turns = _quarter_turns(capture, cv2)
        if quarter_turns is None:
            report.skip("rotation_not_read", name)
            return
        n_declared = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        times_msecs = array("d")
        while capture.grab():
            if len(times_msecs) % frame_stride == 0:
                ok, picture = capture.retrieve()
                yield _upright(picture, quarter_turns) if ok else None
            times_msecs.append(capture.get(cv2.CAP_PROP_POS_MSEC))
        _judge_times(path, name, times_msecs, n_declared, capture.get(cv2.CAP_PROP_FPS), report)
    except (cv2.error, UnicodeError):
        report.skip("cannot_be_decoded", name)  # UnicodeError: a name that is no text
    finally:
        capture.release()


def _quarter_turns(capture: object, cv2: ModuleType) -> int | None:
    """Return how often to turn the pictures clockwise, or None where it is no whole number."""
    # Versions differ in whether OpenCV turns by itself.
    capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
    turns, rest = divmod(capture.get(cv2.CAP_PROP_ORIENTATION_META) % 360, 90)
    return None if rest else int(turns)


def _upright(picture: np.ndarray, quarter_turns: int) -> np.ndarray:
    """Turn a picture clockwise, and put red first."""
    return np.ascontiguousarray(np.rot90(picture, -quarter_turns)[..., ::-1])


def _judge_times(
    path: Path, name: str, times_msecs: array, n_declared: float, rate_hz: float, report: Report
) -> None:
    """Report whether frames are missing at the end, or times are uneven."""
    if not times_msecs:
        report.skip("no_frame", name)
        return
    if len(times_msecs) < n_declared:
        missing_share = 1.0
        if _is_matroska(path) and rate_hz > 0:
            declared_msecs = 1000 * n_declared / rate_hz
            step_msecs = 1000 / rate_hz
            missing_share = 1 - (times_msecs[-1] - times_msecs[0] + step_msecs) / declared_msecs
        if missing_share > _MISSING_SHARE:
            report.skip("ends_early", name)
    if not times_are_even(times_msecs):
        report.skip("uneven_times", name)


def _is_matroska(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_MATROSKA)) == _MATROSKA
