"""TFDS builder of the user's own videos: a folder of video files or of folders with pictures."""

import dataclasses
import logging
import numbers
from pathlib import Path
from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.beam.shards import NumberedExamples
from pipelines.making.options import check_seed
from pipelines.making.source_files import content_digest
from pipelines.making.video_folder.formats import SUFFIXES
from pipelines.making.video_folder.index import check_folder, index_videos
from pipelines.making.video_folder.sequences import SequenceForm, SequenceMaker, Stretch
from sps_tf.errors import UserError, check_choice

KINDS = ("videos",)
DEFAULT_FORM = SequenceForm()
DEFAULT_TEST_FRACTION = 0.25
DEFAULT_SEED = 0

show_user_errors_in_one_line()


@dataclasses.dataclass
class VideoFolderConfig(tfds.core.BuilderConfig):
    """Config of the data set: which folder, and how its videos become sequences.

    The name holds what differs from the defaults and a digest of the files, so that a folder that
    changes is another data set: `videos_frames8_32x32x3_source1f2e3d4c`.

    Attributes:
        name: "videos".
        folder: the folder. Without it there is nothing to build.
        n_frames: see `pipelines.making.video_folder.sequences.SequenceForm`, as the next four.
        height: rows of a frame.
        width: columns of a frame.
        channels: 3 for colour, 1 for grey.
        frame_stride: 2 takes every second frame, and so on.
        test_fraction: share of the sequences to test on, above 0 and below 1. Default 0.25.
        seed: of the order in which videos become test, at least 0. Default 0.
    """

    name: str = KINDS[0]
    folder: str = ""
    n_frames: int = DEFAULT_FORM.n_frames
    height: int = DEFAULT_FORM.height
    width: int = DEFAULT_FORM.width
    channels: int = DEFAULT_FORM.channels
    frame_stride: int = DEFAULT_FORM.frame_stride
    test_fraction: float = DEFAULT_TEST_FRACTION
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        check_choice("config", self.name, KINDS)
        self.form()
        self.seed = check_seed("seed", self.seed)
        fraction = self.test_fraction
        if not isinstance(fraction, numbers.Real) or not 0 < fraction < 1:
            raise UserError(f"test_fraction must lie between 0 and 1. Received: {fraction!r}")
        self.description = f"Sequences of {self.n_frames} frames from one's own videos."
        self.name = "_".join([self.name, *self._changes()])

    def form(self) -> SequenceForm:
        """Return what a sequence looks like.

        Raises:
            UserError: if a value is out of range.
        """
        return SequenceForm(
            self.n_frames, self.height, self.width, self.channels, self.frame_stride
        )

    def root(self) -> Path:
        """Return the folder as a path."""
        return Path(self.folder).expanduser()

    def _changes(self) -> list[str]:
        """Return what differs from the defaults, a word each."""
        form = self.form()
        changes = []
        if form.n_frames != DEFAULT_FORM.n_frames:
            changes.append(f"frames{form.n_frames}")
        if form.shape[1:] != DEFAULT_FORM.shape[1:]:
            changes.append("x".join(map(str, form.shape[1:])))
        if form.frame_stride != DEFAULT_FORM.frame_stride:
            changes.append(f"stride{form.frame_stride}")
        if self.test_fraction != DEFAULT_TEST_FRACTION:
            changes.append(f"test{self.test_fraction}")
        if self.seed != DEFAULT_SEED:
            changes.append(f"seed{self.seed}")
        if self.folder:
            check_folder(self.root())
            changes.append(f"source{content_digest(self.root(), SUFFIXES)}")
        return changes


class Builder(ShardedBuilder):
    """Sequences of the user's own videos."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar = {
        "1.0.0": "First version.",
        "1.1.0": "Pictures keep their aspect ratio, between black borders.",
    }
    BUILDER_CONFIGS: ClassVar = [VideoFolderConfig(name) for name in KINDS]

    def __init__(self, *, config: str | VideoFolderConfig | None = None, **kwargs: object) -> None:
        if not getattr(config, "folder", ""):
            raise UserError(
                "The option folder is missing: the folder of one's own videos. "
                f"Received config: {getattr(config, 'name', config)!r}"
            )
        super().__init__(config=config, **kwargs)

    def _info(self) -> tfds.core.DatasetInfo:
        """Describe the features."""
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "frames": tfds.features.Video(shape=self.builder_config.form().shape),
                    "video": tfds.features.Text(doc="the video's path in the folder"),
                }
            ),
            metadata=tfds.core.MetadataDict(),
            homepage="https://arxiv.org/abs/2302.10890",
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, NumberedExamples]:
        """Look through the folder, and record what is used and what is left out."""
        del dl_manager
        config = self.builder_config
        index = index_videos(config.root(), config.form(), config.test_fraction, config.seed)
        if index.summary:
            logging.warning("Video files skipped or incomplete: %s", index.summary)
        self.info.metadata.update(folder=config.folder, **index.record)
        return {
            name: self._generate_examples(stretches) for name, stretches in index.splits.items()
        }

    def _generate_examples(self, stretches: tuple[Stretch, ...]) -> NumberedExamples:
        """Say how the examples of one split are made."""
        config = self.builder_config
        maker = SequenceMaker(config.root(), config.form(), stretches)
        return NumberedExamples(len(maker), maker)


def make_config(
    config_name: str = KINDS[0],
    folder: str = "",
    n_frames: int = DEFAULT_FORM.n_frames,
    height: int = DEFAULT_FORM.height,
    width: int = DEFAULT_FORM.width,
    channels: int = DEFAULT_FORM.channels,
    frame_stride: int = DEFAULT_FORM.frame_stride,
    test_fraction: float = DEFAULT_TEST_FRACTION,
    seed: int = DEFAULT_SEED,
) -> VideoFolderConfig:
    """Make the config that some options describe.

    Args:
        config_name: "videos" (default).
        folder: see `VideoFolderConfig`, as all that follow.
        n_frames: frames in a sequence.
        height: rows of a frame.
        width: columns of a frame.
        channels: 3 for colour, 1 for grey.
        frame_stride: 2 takes every second frame, and so on.
        test_fraction: share of the sequences to test on.
        seed: of the order in which videos become test.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong or there is no such folder.
    """
    return VideoFolderConfig(
        config_name,
        folder=str(folder),
        n_frames=n_frames,
        height=height,
        width=width,
        channels=channels,
        frame_stride=frame_stride,
        test_fraction=test_fraction,
        seed=seed,
    )
