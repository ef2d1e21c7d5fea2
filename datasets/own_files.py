"""Files of one's own as frames for a trained model: sounds, videos, folders of pictures."""

import collections
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipelines.making.report import Report
from sps_tf.audio.spectrogram import HOPS_PER_NOTE
from sps_tf.errors import UserError
from sps_tf.inference.sound_model import HOP_SECS

if TYPE_CHECKING:
    from sps_tf.audio.sliding import SoundFrames
    from sps_tf.inference import SoundModel, TrainedModel

# Pictures that are decoded before the model sees them.
_PICTURES_AT_ONCE = 256


class OwnFile(NamedTuple):
    """A file, or a folder of pictures.

    Args:
        name: how it is called in results: its path below the folder that was named.
        path: where it is.
    """

    name: str
    path: Path


class VideoFrames(NamedTuple):
    """Frames of a video that follow each other.

    Args:
        number: (n,) int64, from 0; where a picture is missing or damaged a number is left out.
        frames: (n, height, width, channels) uint8, as the model reads them.
    """

    number: np.ndarray
    frames: np.ndarray


def list_files(places: Iterable[str], kind: str, report: Report) -> list[OwnFile]:
    """List files, and all that lie in folders.

    Args:
        places: files and folders; a folder of pictures is one video.
        kind: "sound" or "video", see `sps_tf.inference.TrainedModel.kind`.
        report: told what is left out of folders, and why.

    Returns:
        The files in their order, each once.

    Raises:
        UserError: if a place does not exist, or there is no file of the kind.
    """
    found: dict[Path, OwnFile] = {}
    for place in places:
        path = Path(place).expanduser()
        if not path.exists():
            raise UserError(f"There is no such file or folder: {place}")
        names = _find(path, kind, report) if path.is_dir() else [path.name]
        root = path if path.is_dir() else path.parent
        for name in names:
            label = path.resolve().name if name == "." else name
            found.setdefault((root / name).resolve(), OwnFile(label, root / name))
    if not found:
        raise UserError(
            f"There is no {kind} in {', '.join(map(str, places))}. Left out: {report.summary()}"
        )
    return list(found.values())


def _find(folder: Path, kind: str, report: Report) -> list[str]:
    if kind == "sound":
        from pipelines.making.audio_folder.files import find_sounds

        return find_sounds(folder, report)
    from pipelines.making.video_folder.index import find_videos

    return find_videos(folder, report)


def sound_frames(
    file: OwnFile,
    model: "SoundModel",
    report: Report,
    step_secs: float = HOP_SECS,
    start_secs: float = 0.0,
) -> Iterator["SoundFrames"]:
    """Read a sound as frames, one every 32 ms unless told otherwise, block by block.

    Args:
        file: the file.
        model: whose front end makes the frames.
        report: told why a file was not read, or not to its end; see
            `sps_tf.audio.sound_file.SoundReader`; `too_short` for one frame.
        step_secs: from the beginning of a frame to that of the next. Default a hop.
        start_secs: what comes before is left out. Default 0.

    Yields:
        At most 256 frames each.
    """
    from sps_tf.audio.sound_file import SoundReader

    reader, n_frames = SoundReader(file.path, start_secs), 0
    for part in model.sound_frames(reader, step_secs):
        n_frames += len(part.frames)
        yield part._replace(time_secs=part.time_secs + start_secs)
    if reader.reason is not None:
        report.skip(reader.reason, file.name)
    elif not n_frames:
        report.skip("too_short", file.name)


def video_frames(file: OwnFile, model: "TrainedModel", report: Report) -> Iterator[VideoFrames]:
    """Read a video as frames of the model's size, block by block.

    Args:
        file: a video file or a folder of pictures.
        model: whose frame size and stride are used.
        report: told why pictures were left out, see `pipelines.making.video_folder`.

    Yields:
        At most 256 frames each.
    """
    from pipelines.making.video_folder.decode import make_reducer, read_pictures

    model.check_kind("video")
    reduce = make_reducer(*model.frame_shape)
    stride = model.front_end.get("frame_stride", 1)
    numbers, frames = [], []
    for number, picture in enumerate(read_pictures(file.path, file.name, stride, report)):
        if picture is not None:
            numbers.append(number)
            frames.append(reduce(picture))
        if len(frames) == _PICTURES_AT_ONCE:
            yield VideoFrames(np.array(numbers), np.stack(frames))
            numbers, frames = [], []
    if frames:
        yield VideoFrames(np.array(numbers), np.stack(frames))


def frame_rate_hz(path: Path, stride: int = 1) -> float | None:
    """Return how many of a video's frames, every `stride`-th, are shown in a second.

    Args:
        path: a video file or a folder of pictures.
        stride: see `datasets.video_folder`. Default 1.

    Returns:
        The rate; None where the file does not tell, as a folder.
    """
    if path.is_dir():
        return None
    from sps_tf.optional import require_module

    cv2 = require_module("cv2")
    capture = cv2.VideoCapture(str(path))
    try:
        rate_hz = capture.get(cv2.CAP_PROP_FPS) if capture.isOpened() else 0.0
    finally:
        capture.release()
    return rate_hz / stride if np.isfinite(rate_hz) and rate_hz > 0 else None


def read_sequence(
    file: OwnFile, model: "TrainedModel", report: Report, most: int | None = None
) -> np.ndarray:
    """Read frames that follow each other as in training: of a sound one every 0.16 s.

    Args:
        file: the file.
        model: whose front end makes the frames.
        report: told what was left out; see `sound_frames` and `video_frames`.
        most: keep only so many, the last ones; to bound memory. Default None: all.

    Returns:
        (time, height, width, channels), uint8 or float16 in [0, 1].

    Raises:
        UserError: if the file holds no frame.
    """
    kept: collections.deque[np.ndarray] = collections.deque(maxlen=most)
    if model.kind == "sound":
        n_before = 0
        for sound in sound_frames(file, model, report):
            kept.extend(sound.frames[-n_before % HOPS_PER_NOTE :: HOPS_PER_NOTE])
            n_before += len(sound.frames)
    else:
        for video in video_frames(file, model, report):
            kept.extend(video.frames)
    if not kept:
        reasons = ", ".join(report.skipped).replace("_", " ")
        raise UserError(f"{file.path} has no frame that can be read: {reasons or 'it is empty'}.")
    return np.stack(kept)
