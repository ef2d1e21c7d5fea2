"""Sequences of one pedestrian's mask in one window (section A.6.2).

As in the published data set: for every window and pedestrian, runs of consecutive frames with
at least 30 mask pixels; runs of two frames or more are kept. The paper takes the first 12 frames
of every run of 12 or more.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from pipelines.making.masks import rle, windows
from pipelines.making.masks.mots_text import MaskRecord
from pipelines.making.report import Report

N_FRAMES = 12
# An image of KITTI is 3.3 times as wide as it is high. At height 64 a wider one would be enlarged.
MAX_ASPECT_RATIO = 16
# Masks of this many pixels take about a minute; the largest of the published files has 2e10.
MAX_FILE_PIXELS = 1 << 36


@dataclasses.dataclass(frozen=True)
class Run:
    """A run of consecutive frames; subclasses hold the masks, in little memory.

    Attributes:
        video: name of the video.
        object_id: number of the pedestrian in its video, -1 if unknown.
        window: number of the window, 0 (left) to 5, -1 if unknown.
        start: index of the first frame in the video.
    """

    video: str
    object_id: int
    window: int
    start: int

    @property
    def sequence_id(self) -> str:
        """The name `video/object/window/start`, or `video/start` where the others are unknown."""
        if self.object_id < 0:
            return f"{self.video}/{self.start:06d}"
        return f"{self.video}/{self.object_id:06d}/{self.window}/{self.start:06d}"

    @property
    def track(self) -> tuple[str, int]:
        """Video and number of the pedestrian: one person."""
        return self.video, self.object_id

    def decode(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the masks, uint8 (time, 64, 64) of 0 and 1, and the label, float32 (time, 3)."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class AnnotatedRun(Run):
    """A run as the annotation gives it.

    Attributes:
        height: rows of the images, in pixels.
        width: columns of the images, in pixels.
        rles: for each frame the compressed run lengths of the full mask.
    """

    height: int
    width: int
    rles: Sequence[str]

    def decode(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the masks and what `windows.labels` measures."""
        full = (rle.decode(text, self.height, self.width) for text in self.rles)
        masks = np.stack([windows.cut_windows(mask)[self.window] for mask in full])
        return masks, windows.labels(masks)


def extract_runs(
    records: Iterable[MaskRecord], video: str, file_name: str, report: Report
) -> list[AnnotatedRun]:
    """Turn the records of one video into runs.

    Masks are decoded to see which windows show them, and kept as the text they were: one full
    mask (at most 100 MB, by the bound on image sides) exists at a time.

    Args:
        records: the pedestrians' records, in any order.
        video: name of the video.
        file_name: the name that places in the report start with.
        report: counts are added here.

    Returns:
        Runs of two frames or more, sorted by pedestrian, window and first frame.
    """
    visible, size = _visible_windows(records, file_name, report)
    runs = []
    for (object_id, window), frames in sorted(visible.items()):
        for start, stop in consecutive(sorted(frames)):
            report.kept["runs"] += 1
            if stop - start < 2:
                report.skip("run_of_one_frame")
                continue
            rles = tuple(frames[t] for t in range(start, stop))
            runs.append(AnnotatedRun(video, object_id, window, start, *size, rles))
    report.kept["runs_of_2_or_more"] += len(runs)
    return runs


def _visible_windows(
    records: Iterable[MaskRecord], file_name: str, report: Report
) -> tuple[dict[tuple[int, int], dict[int, str]], tuple[int, int] | None]:
    """Return {(pedestrian, window): {frame: text of the mask}}, and height and width of images."""
    visible: dict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    seen: set[tuple[int, int]] = set()
    size, n_pixels = None, 0
    for record in records:
        where = f"{file_name}:{record.line}"
        size = size or (record.height, record.width)
        reason = _misfit(record, size, seen)
        if reason:
            report.skip(reason, where)
            continue
        n_pixels += record.height * record.width
        if n_pixels > MAX_FILE_PIXELS:
            report.skip("too_many_pixels", where)
            break
        try:
            mask = rle.decode(record.rle, record.height, record.width)
        except rle.RLEError as error:
            report.skip(error.reason, where)
            continue
        seen.add((record.object_id, record.frame))
        report.kept["masks"] += 1
        cuts = windows.cut_windows(mask)
        shown = np.flatnonzero(cuts.sum(axis=(1, 2), dtype=int) >= windows.MIN_MASK_PIXELS)
        report.kept["masks_with_a_window"] += bool(shown.size)
        for window in shown.tolist():
            visible[record.object_id, window][record.frame] = record.rle
    return visible, size


def _misfit(record: MaskRecord, size: tuple[int, int], seen: set[tuple[int, int]]) -> str:
    """Return why a record does not fit those before it, or an empty string."""
    if (record.height, record.width) != size:
        return "size_changes_in_video"  # the windows would jump
    if windows.reduced_width(*size) < windows.SIZE_PIXELS:
        return "narrower_than_a_window"
    if windows.reduced_width(*size) > MAX_ASPECT_RATIO * windows.SIZE_PIXELS:
        return "wider_than_16_to_1"
    if (record.object_id, record.frame) in seen:
        return "duplicate_of_a_line"
    return ""


def consecutive(frames: list[int]) -> Iterator[tuple[int, int]]:
    """Split sorted distinct frame numbers into stretches without a gap.

    Args:
        frames: sorted frame numbers.

    Yields:
        First frame of a stretch, and one past its last.
    """
    for position, frame in enumerate(frames):
        if position == 0 or frame != frames[position - 1] + 1:
            start = frame
        if position == len(frames) - 1 or frame != frames[position + 1] - 1:
            yield start, frame + 1


def long_runs(runs: Iterable[AnnotatedRun], report: Report) -> list[AnnotatedRun]:
    """Keep the runs of 12 frames or more, cut to their first 12.

    Args:
        runs: runs of any length.
        report: the shorter ones are counted here as `run_below_12_frames`.

    Returns:
        The kept runs, in the order received.
    """
    kept = []
    for run in runs:
        if len(run.rles) < N_FRAMES:
            report.skip(f"run_below_{N_FRAMES}_frames")
            continue
        kept.append(dataclasses.replace(run, rles=run.rles[:N_FRAMES]))
    report.kept[f"sequences_of_{N_FRAMES}"] += len(kept)
    return kept


def make_example(runs: Sequence[Run], number: int) -> dict[str, Any]:
    """Make the example of one run.

    Args:
        runs: runs of 12 frames or more.
        number: which of them.

    Returns:
        `frames` (12, 64, 64, 1) uint8, 0 or 255, `label` (12, 3) float32, `sequence_id` and
        `video`.
    """
    masks, label = runs[number].decode()
    return {
        "frames": masks[:N_FRAMES, ..., None] * np.uint8(255),
        "label": label[:N_FRAMES],
        "sequence_id": runs[number].sequence_id,
        "video": runs[number].video,
    }
