"""From a folder of videos to training and test sequences, whatever their names and sizes."""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.making.report import Report
from pipelines.making.video_folder.decode import (
    IMAGE_SUFFIXES,
    VIDEO_SUFFIXES,
    make_reducer,
    read_segments,
)
from sps_tf.errors import UserError

MAX_BYTES = 4 << 30


def load_video_folder(
    folder: str | os.PathLike,
    n_frames: int,
    height: int,
    width: int,
    channels: int,
    frame_stride: int = 1,
    test_fraction: float = 0.25,
    seed: int = 0,
) -> dict[str, Any]:
    """Load a user's videos as sequences for training and testing.

    A video is a file (mp4, avi, gif, mkv, mov, webm) or a folder of pictures (png, jpg, bmp,
    tif, webp) in the order of their numbers, at any depth. It is cut into sequences that do not
    overlap. Whole videos go to the test set, as many as fit into its share and at least one; where
    there is only one video, its end does. Damaged files are left out, counted and named.

    Args:
        folder: the folder.
        n_frames: frames in a sequence, at least 2.
        height: rows of a frame, 1 to 1024. Larger videos are reduced by area averaging.
        width: columns of a frame, 1 to 1024.
        channels: 3 for colour, 1 for grey.
        frame_stride: 2 takes every second frame, and so on. Default 1.
        test_fraction: share of the sequences to test on, above 0 and below 1. Default 0.25.
        seed: seed of the order in which videos become test. Default 0.

    Returns:
        `train` and `test`, each a dict with `frames`, uint8 (sequence, time, height, width,
        channels); and `report`, a dict: `videos` (name -> frames, sequences, split), `skipped`
        (reason -> count) and `examples` (reason -> names).

    Raises:
        UserError: if the folder or a value is wrong, or nothing usable is inside.
    """
    _check_numbers(n_frames, height, width, channels, frame_stride, test_fraction)
    root = Path(folder).expanduser()
    report = Report()
    reduce = make_reducer(height, width, channels)
    room = MAX_BYTES // (n_frames * height * width * channels)
    videos: dict[str, list[np.ndarray]] = {}
    n_read: dict[str, int] = {}
    for name in find_videos(root, report):
        segments = read_segments(root / name, name, reduce, frame_stride, report)
        cut = [piece for segment in segments for piece in _cut(segment, n_frames)]
        if segments and not cut:
            report.skip("too_short", name)
        if cut:
            videos[name], n_read[name] = cut, sum(map(len, segments))
        room -= len(cut)
        if room < 0:
            raise UserError(
                f"The sequences in {root} take more than {MAX_BYTES >> 30} GiB. Use a smaller "
                f"frame or a larger frame_stride. Received: {n_frames} x {height} x {width} x "
                f"{channels}, frame_stride {frame_stride}"
            )
    test = _choose_test(root, videos, test_fraction, seed, report)
    return _arrange(videos, test, n_read, report)


def find_videos(root: Path, report: Report) -> list[str]:
    """Find the video files and picture folders under a folder.

    Args:
        root: the folder.
        report: files of other kinds are counted here as `not_a_video`.

    Returns:
        Names relative to the folder, sorted; "." if the folder itself holds pictures.

    Raises:
        UserError: if there is no such folder.
    """
    if not root.is_dir():
        raise UserError(f"There is no folder of videos at {root}")
    names = []
    for place, _, files in os.walk(root):
        relative = Path(place).relative_to(root)
        suffixes = {file: Path(file).suffix.lower() for file in files}
        names += [(relative / f).as_posix() for f, s in suffixes.items() if s in VIDEO_SUFFIXES]
        if any(suffix in IMAGE_SUFFIXES for suffix in suffixes.values()):
            names.append(relative.as_posix())
        known = VIDEO_SUFFIXES | IMAGE_SUFFIXES
        for _ in filter(lambda suffix: suffix not in known, suffixes.values()):
            report.skip("not_a_video")
    return sorted(names)


def _check_numbers(
    n_frames: int, height: int, width: int, channels: int, frame_stride: int, test_fraction: float
) -> None:
    if n_frames < 2 or frame_stride < 1:
        raise UserError(
            "n_frames must be at least 2 and frame_stride at least 1. "
            f"Received: {n_frames}, {frame_stride}"
        )
    if not (1 <= height <= 1024 and 1 <= width <= 1024) or channels not in (1, 3):
        raise UserError(
            "height and width must be 1 to 1024, channels 1 or 3. "
            f"Received: {height}, {width}, {channels}"
        )
    if not 0 < test_fraction < 1:
        raise UserError(f"test_fraction must lie between 0 and 1. Received: {test_fraction}")


def _cut(segment: list[np.ndarray], n_frames: int) -> list[np.ndarray]:
    """Cut a stretch into arrays of shape (n_frames, height, width, channels)."""
    starts = range(0, len(segment) - n_frames + 1, n_frames)
    return [np.stack(segment[start : start + n_frames]) for start in starts]


def _choose_test(
    root: Path, videos: dict[str, list[np.ndarray]], fraction: float, seed: int, report: Report
) -> dict[str, int]:
    """Return for every video how many of its last sequences are for testing."""
    n_sequences = sum(map(len, videos.values()))
    if n_sequences < 2:
        raise UserError(
            f"At least two sequences are needed, one of them to test on. Received: {n_sequences} "
            f"from {root}. Skipped: {report.summary()}"
        )
    wanted = min(max(1, round(fraction * n_sequences)), n_sequences - 1)
    if len(videos) == 1:
        return {name: wanted for name in videos}

    def rank(name: str) -> str:
        return hashlib.sha256(f"video_folder/test/{seed}/{name}".encode()).hexdigest()

    test = dict.fromkeys(videos, 0)
    for name in sorted(videos, key=rank):
        if sum(test.values()) + len(videos[name]) <= wanted:
            test[name] = len(videos[name])
    if not any(test.values()):
        smallest = min(videos, key=lambda name: (len(videos[name]), rank(name)))
        test[smallest] = len(videos[smallest])
    return test


def _arrange(
    videos: dict[str, list[np.ndarray]],
    n_test: dict[str, int],
    n_read: dict[str, int],
    report: Report,
) -> dict[str, Any]:
    """Stack both splits, and describe what was done."""
    frames: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    described = {}
    for name, sequences in videos.items():
        border = len(sequences) - n_test[name]
        frames["train"] += sequences[:border]
        frames["test"] += sequences[border:]
        split = "train" if n_test[name] == 0 else "test" if border == 0 else "train, end for test"
        described[name] = {"frames": n_read[name], "sequences": len(sequences), "split": split}
    if report.examples:
        logging.warning("Video files skipped or incomplete: %s", report.summary())
    counts = report.as_dict()
    return {
        "train": {"frames": np.stack(frames["train"])},
        "test": {"frames": np.stack(frames["test"])},
        "report": {
            "videos": described,
            "skipped": counts["skipped"],
            "examples": counts["examples"],
        },
    }
