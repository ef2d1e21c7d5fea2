"""TFDS builder of the user's own sounds: a folder of sound files, cut into clips of notes."""

import dataclasses
import numbers
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.beam.shards import NumberedExamples
from pipelines.making.audio_folder.clip_maker import (
    ClipForm,
    ClipMaker,
    Stretch,
    measure_clip,
    merge_measures,
)
from pipelines.making.audio_folder.files import COUNTED_SUFFIXES, check_folder
from pipelines.making.audio_folder.index import index_sounds
from pipelines.making.audio_folder.labels import FILE_NAME
from pipelines.making.options import check_seed
from pipelines.making.source_files import content_digest
from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ, clip_samples
from sps_tf.errors import UserError, check_choice

KINDS = ("sounds",)
DEFAULT_FORM = ClipForm()
DEFAULT_TEST_FRACTION = 0.25
DEFAULT_SEED = 0

show_user_errors_in_one_line()


@dataclasses.dataclass
class AudioFolderConfig(tfds.core.BuilderConfig):
    """Config of the data set: which folder, and how its sounds become clips.

    The name holds what differs from the defaults and a digest of the files, so that a folder that
    changes is another data set: `sounds_notes8_source1f2e3d4c`.

    Attributes:
        name: "sounds".
        folder: the folder. Without it there is nothing to build.
        n_notes: see `pipelines.making.audio_folder.clip_maker.ClipForm`, as the next three.
        note_secs: length of the notes in the files; None for notes of 0.16 s.
        start_secs: where the first note begins in every file.
        max_secs: how much of each file is used at most.
        test_fraction: share of the clips to test on, above 0 and below 1. Default 0.25.
        seed: of the order in which files become test, at least 0. Default 0.
    """

    name: str = KINDS[0]
    folder: str = ""
    n_notes: int = DEFAULT_FORM.n_notes
    note_secs: float | None = DEFAULT_FORM.note_secs
    start_secs: float = DEFAULT_FORM.start_secs
    max_secs: float = DEFAULT_FORM.max_secs
    test_fraction: float = DEFAULT_TEST_FRACTION
    seed: int = DEFAULT_SEED

    def __post_init__(self) -> None:
        check_choice("config", self.name, KINDS)
        self.form()
        self.seed = check_seed("seed", self.seed)
        fraction = self.test_fraction
        if not isinstance(fraction, numbers.Real) or not 0 < fraction < 1:
            raise UserError(f"test_fraction must lie between 0 and 1. Received: {fraction!r}")
        self.description = f"Clips of {self.n_notes} notes from one's own sounds."
        self.name = "_".join([self.name, *self._changes()])

    def form(self) -> ClipForm:
        """Return how a file becomes clips.

        Raises:
            UserError: if a value is out of range.
        """
        return ClipForm(self.n_notes, self.note_secs, self.start_secs, self.max_secs)

    def root(self) -> Path:
        """Return the folder as a path."""
        return Path(self.folder).expanduser()

    def _changes(self) -> list[str]:
        """Return what differs from the defaults, a word each."""
        words = {
            "notes": (self.n_notes, DEFAULT_FORM.n_notes),
            "length": (self.note_secs, DEFAULT_FORM.note_secs),
            "start": (self.start_secs, DEFAULT_FORM.start_secs),
            "max": (self.max_secs, DEFAULT_FORM.max_secs),
            "test": (self.test_fraction, DEFAULT_TEST_FRACTION),
            "seed": (self.seed, DEFAULT_SEED),
        }
        changes = [f"{word}{value}" for word, (value, default) in words.items() if value != default]
        if self.folder:
            check_folder(self.root())
            changes.append(f"source{content_digest(self.root(), COUNTED_SUFFIXES)}")
        return changes


class Builder(ShardedBuilder):
    """Clips of the user's own sounds."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}
    BUILDER_CONFIGS: ClassVar = [AudioFolderConfig(name) for name in KINDS]

    def __init__(self, *, config: str | AudioFolderConfig | None = None, **kwargs: object) -> None:
        if not getattr(config, "folder", ""):
            raise UserError(
                "The option folder is missing: the folder of one's own sounds. "
                f"Received config: {getattr(config, 'name', config)!r}"
            )
        super().__init__(config=config, **kwargs)

    def describe(self, measures: dict[str, dict[str, Any]]) -> None:
        """Record the largest magnitude of the training split, the scale of all pictures."""
        self.info.metadata["max_magnitude"] = measures["train"]["max_magnitude"]

    def _info(self) -> tfds.core.DatasetInfo:
        """Describe the features; pitch is there where the folder has labels."""
        config = self.builder_config
        features = {
            "waveform": tfds.features.Tensor(
                shape=(clip_samples(config.n_notes),),
                dtype=np.int16,
                encoding="zlib",  # as numbers of a protocol buffer it would be larger
                doc=f"mono, {SAMPLE_RATE_HZ} samples a second",
            ),
            "file": tfds.features.Text(doc="the file's path in the folder"),
        }
        if (config.root() / FILE_NAME).is_file():
            features["pitch"] = tfds.features.Tensor(
                shape=(config.n_notes,), dtype=np.float32, doc="MIDI, with fractions"
            )
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            metadata=tfds.core.MetadataDict(),
            homepage="https://arxiv.org/abs/2302.10890",
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, NumberedExamples]:
        """Look through the folder, and record what is used and what is left out."""
        del dl_manager
        config = self.builder_config
        index = index_sounds(config.root(), config.form(), config.test_fraction, config.seed)
        self.info.metadata.update(
            folder=config.folder, sample_rate_hz=SAMPLE_RATE_HZ, **index.record
        )
        return {
            name: self._generate_examples(stretches) for name, stretches in index.splits.items()
        }

    def _generate_examples(self, stretches: tuple[Stretch, ...]) -> NumberedExamples:
        """Say how the examples of one split are made."""
        config = self.builder_config
        maker = ClipMaker(config.root(), config.form(), stretches)
        return NumberedExamples(len(maker), maker, measure_clip, merge_measures)


def make_config(
    config_name: str = KINDS[0],
    folder: str = "",
    n_notes: int = DEFAULT_FORM.n_notes,
    note_secs: float | None = DEFAULT_FORM.note_secs,
    start_secs: float = DEFAULT_FORM.start_secs,
    max_secs: float = DEFAULT_FORM.max_secs,
    test_fraction: float = DEFAULT_TEST_FRACTION,
    seed: int = DEFAULT_SEED,
) -> AudioFolderConfig:
    """Make the config that some options describe.

    Args:
        config_name: "sounds" (default).
        folder: see `AudioFolderConfig`, as all that follow.
        n_notes: notes in a clip.
        note_secs: length of the notes in the files.
        start_secs: where the first note begins in every file.
        max_secs: how much of each file is used at most.
        test_fraction: share of the clips to test on.
        seed: of the order in which files become test.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong or there is no such folder.
    """
    return AudioFolderConfig(
        config_name,
        folder=str(folder),
        n_notes=n_notes,
        note_secs=note_secs,
        start_secs=start_secs,
        max_secs=max_secs,
        test_fraction=test_fraction,
        seed=seed,
    )
