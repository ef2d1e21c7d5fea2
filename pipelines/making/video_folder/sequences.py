"""The frames of a video, reduced and cut into sequences of equal length."""

import bisect
import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipelines.making.options import check_whole_number
from pipelines.making.report import Report
from pipelines.making.video_folder.decode import make_reducer, read_pictures
from pipelines.making.walking import printable
from sps_tf.errors import UserError

MAX_FRAMES = 10_000
MAX_SIDE_PIXELS = 1024
MAX_STRIDE = 10_000


@dataclasses.dataclass(frozen=True)
class SequenceForm:
    """What the sequences look like that videos are cut into.

    Attributes:
        n_frames: frames in a sequence, 2 to 10,000. Default 16.
        height: rows of a frame, 1 to 1024. Larger videos are reduced by area averaging. Default 64.
        width: columns of a frame, 1 to 1024. Default 64.
        channels: 3 for colour, 1 for grey. Default 3.
        frame_stride: 1 takes every frame, 2 every second, and so on. Default 1.
    """

    n_frames: int = 16
    height: int = 64
    width: int = 64
    channels: int = 3
    frame_stride: int = 1

    def __post_init__(self) -> None:
        """Refuse values that are out of range."""
        check_whole_number("n_frames", self.n_frames, 2, MAX_FRAMES)
        check_whole_number("height", self.height, 1, MAX_SIDE_PIXELS)
        check_whole_number("width", self.width, 1, MAX_SIDE_PIXELS)
        check_whole_number("frame_stride", self.frame_stride, 1, MAX_STRIDE)
        if self.channels not in (1, 3):
            raise UserError(f"channels must be 1 or 3. Received: {self.channels!r}")

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Axes of a sequence: time, height, width, channels."""
        return self.n_frames, self.height, self.width, self.channels


class Stretch(NamedTuple):
    """Sequences of one video that follow each other.

    Attributes:
        video: the video's name, its path below the folder.
        first: number of the first sequence in its video, from 0.
        n_sequences: how many there are, at least 1.
    """

    video: str
    first: int
    n_sequences: int


class SequenceMaker:
    """Make the examples of one split by their numbers, from the videos themselves.

    The last video read is kept in memory, as those who write record files ask for one number after
    the other. It goes with the maker, and does not travel with it to other processes.

    Args:
        root: the folder of videos.
        form: what a sequence looks like.
        stretches: the sequences of the split, in the order of the numbers.
    """

    def __init__(self, root: Path, form: SequenceForm, stretches: Iterable[Stretch]) -> None:
        self._root = root
        self._form = form
        self._stretches = tuple(stretches)
        self._stops = list(itertools.accumulate(s.n_sequences for s in self._stretches))
        self._video: str | None = None
        self._sequences: list[np.ndarray] = []

    def __len__(self) -> int:
        """Return the number of sequences."""
        return self._stops[-1]

    def __call__(self, number: int) -> dict[str, Any]:
        """Return one example.

        Args:
            number: its number, from 0.

        Returns:
            `frames`, uint8 (time, height, width, channels), and `video`, the name of its video.

        Raises:
            UserError: if the video has changed and has fewer sequences now.
        """
        place = bisect.bisect_right(self._stops, number)
        stretch = self._stretches[place]
        self._hold(stretch.video)
        index = stretch.first + stretch.n_sequences - (self._stops[place] - number)
        if index >= len(self._sequences):
            raise UserError(
                "This video changed while it was read. Leave the folder alone, and try again. "
                f"Received: {self._root / stretch.video}"
            )
        return {"frames": self._sequences[index], "video": printable(stretch.video)}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the frames at home."""
        return self.__dict__ | {"_video": None, "_sequences": []}

    def _hold(self, video: str) -> None:
        if video != self._video:
            self._sequences = []  # its memory is free before the next video's is taken
            self._sequences = read_sequences(self._root, video, self._form)
            self._video = video


def read_sequences(root: Path, video: str, form: SequenceForm) -> list[np.ndarray]:
    """Read a video as sequences that do not overlap; none runs across a damaged frame.

    Args:
        root: the folder of videos.
        video: the video's name in it.
        form: what a sequence looks like.

    Returns:
        Arrays uint8 (time, height, width, channels).
    """
    reduce = make_reducer(form.height, form.width, form.channels)
    frames: list[np.ndarray] = []
    sequences = []
    for picture in read_pictures(root / video, video, form.frame_stride, Report()):
        if picture is None:
            frames = []
            continue
        frames.append(reduce(picture))
        if len(frames) == form.n_frames:
            sequences.append(np.stack(frames))
            frames = []
    return sequences


def count_sequences(segments: Sequence[int], form: SequenceForm) -> int:
    """Return how many sequences `read_sequences` cuts out of stretches of so many frames."""
    return sum(n_frames // form.n_frames for n_frames in segments)
