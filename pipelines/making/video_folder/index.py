"""From a folder of videos to which sequences there are, whatever the videos' names and sizes."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipelines.making.report import Report
from pipelines.making.video_folder.decode import count_frames
from pipelines.making.video_folder.formats import (
    IMAGE_SUFFIXES,
    UNREAD_SUFFIXES,
    VIDEO_SUFFIXES,
)
from pipelines.making.video_folder.sequences import SequenceForm, Stretch, count_sequences
from pipelines.making.walking import normal_name, printable, walk_files
from sps_tf.errors import UserError

# Whoever makes a video's sequences holds the whole video, reduced.
MAX_VIDEO_BYTES = 4 << 30


class VideoIndex(NamedTuple):
    """Which sequences a folder of videos holds.

    Attributes:
        splits: "train" and "test" -> their sequences.
        record: plain JSON values: `videos` (name -> frames, sequences, split), `skipped` (reason
            -> count) and `examples` (reason -> the first names).
        summary: what was skipped and why, in one line; empty if nothing was.
    """

    splits: dict[str, tuple[Stretch, ...]]
    record: dict[str, Any]
    summary: str


def index_videos(
    root: Path, form: SequenceForm, test_fraction: float = 0.25, seed: int = 0
) -> VideoIndex:
    """Look through a folder of videos, and say which sequences are to train and to test on.

    A video is a file (mp4, avi, gif, mkv, mov, webm) or a folder of pictures (png, jpg, bmp,
    tif, webp) in the order of their numbers, at any depth. It is cut into sequences that do not
    overlap. Whole videos go to the test set, as many as fit into its share and at least one; where
    there is only one video, its end does. Damaged files are left out, counted and named.

    Every frame is decoded, as nothing else tells a damaged one, but none is kept.

    Args:
        root: the folder.
        form: what a sequence looks like.
        test_fraction: share of the sequences to test on, above 0 and below 1. Default 0.25.
        seed: seed of the order in which videos become test. Default 0.

    Returns:
        The index; both splits have a sequence.

    Raises:
        UserError: if there is no such folder, nothing usable is inside, or a video is too long.
    """
    report = Report()
    room = MAX_VIDEO_BYTES // int(np.prod(form.shape))
    n_sequences: dict[str, int] = {}
    n_read: dict[str, int] = {}
    for name in find_videos(root, report):
        segments = count_frames(root / name, name, form.frame_stride, report)
        n_cut = count_sequences(segments, form)
        if n_cut > room:
            raise UserError(
                f"The sequences of a video take more than {MAX_VIDEO_BYTES >> 30} GiB. Cut it, or "
                f"use a smaller frame or a larger frame_stride. Received: {root / name}"
            )
        if segments and not n_cut:
            report.skip("too_short", name)
        if n_cut:
            n_sequences[name], n_read[name] = n_cut, sum(segments)
    n_test = _choose_test(root, n_sequences, test_fraction, seed, report)
    return _arrange(n_sequences, n_test, n_read, report)


def check_folder(root: Path) -> None:
    """Raise `UserError` if there is no such folder."""
    if not root.is_dir():
        raise UserError(f"There is no folder of videos at {root}")


def find_videos(root: Path, report: Report) -> list[str]:
    """Find the video files and picture folders under a folder; see `walk_files`.

    Args:
        root: the folder.
        report: counts are added here: what `walk_files` leaves out, `convert_to_mp4_or_png` (a
            video or picture in a format that is not read), `not_a_video` (another kind).

    Returns:
        Names relative to the folder, sorted; "." if the folder itself holds pictures.

    Raises:
        UserError: if there is no such folder, or it cannot be read.
    """
    check_folder(root)
    names = set()
    for name, path in walk_files(root, report.skip):
        suffix = path.suffix.lower()
        if suffix in VIDEO_SUFFIXES:
            names.add(name)
        elif suffix in IMAGE_SUFFIXES:
            names.add(name.rpartition("/")[0] or ".")
        else:
            unread = suffix in UNREAD_SUFFIXES
            report.skip("convert_to_mp4_or_png" if unread else "not_a_video", printable(name))
    return sorted(names)


def _choose_test(
    root: Path, videos: dict[str, int], fraction: float, seed: int, report: Report
) -> dict[str, int]:
    """Return for every video how many of its last sequences are for testing."""
    n_sequences = sum(videos.values())
    if n_sequences < 2:
        raise UserError(
            f"At least two sequences are needed, one of them to test on. Received: {n_sequences} "
            f"from {root}. Skipped: {report.summary()}"
        )
    wanted = min(max(1, round(fraction * n_sequences)), n_sequences - 1)
    if len(videos) == 1:
        return {name: wanted for name in videos}

    def rank(name: str) -> str:
        text = f"video_folder/test/{seed}/{normal_name(name)}".encode("utf-8", "surrogateescape")
        return hashlib.sha256(text).hexdigest()

    test = dict.fromkeys(videos, 0)
    for name in sorted(videos, key=rank):
        if sum(test.values()) + videos[name] <= wanted:
            test[name] = videos[name]
    if not any(test.values()):
        smallest = min(videos, key=lambda name: (videos[name], rank(name)))
        test[smallest] = videos[smallest]
    return test


def _arrange(
    n_sequences: dict[str, int], n_test: dict[str, int], n_read: dict[str, int], report: Report
) -> VideoIndex:
    """List the sequences of both splits, and describe what was done."""
    splits: dict[str, list[Stretch]] = {"train": [], "test": []}
    described = {}
    for name, n_all in n_sequences.items():
        border = n_all - n_test[name]
        splits["train"] += [Stretch(name, 0, border)] if border else []
        splits["test"] += [Stretch(name, border, n_test[name])] if n_test[name] else []
        split = "train" if border == n_all else "test" if border == 0 else "train, end for test"
        described[name] = {"frames": n_read[name], "sequences": n_all, "split": split}
    counts = report.as_dict()
    return VideoIndex(
        {split: tuple(stretches) for split, stretches in splits.items()},
        {"videos": described, "skipped": counts["skipped"], "examples": counts["examples"]},
        report.summary() if report.skipped else "",
    )
