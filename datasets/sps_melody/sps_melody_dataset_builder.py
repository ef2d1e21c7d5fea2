"""TFDS builder of the folk melodies (section A.6.1)."""

import dataclasses
import logging
from pathlib import Path
from typing import ClassVar

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.making.audio import nottingham
from pipelines.making.audio.builder import DEFAULT_SEED, AudioBuilder, AudioConfig
from pipelines.making.audio.clips import Clip
from pipelines.making.audio.melody import N_STEPS, chromatic_clips, melody_clips, quantise, segments
from pipelines.making.options import check_split_size
from pipelines.making.source_files import (
    content_digest,
    fetch,
    file_sha256,
    find_source,
    manual_dir,
)
from sps_tf.errors import UserError, check_choice
from sps_tf.seeds import fold

KINDS = ("nottingham",)
MAX_STEPS = 1024
# More names than this are not written into the metadata; they are counted all the same.
_MAX_NAMES = 100

show_user_errors_in_one_line()


@dataclasses.dataclass
class SpsMelodyConfig(AudioConfig):
    """Config of the data set: which melodies, how they are cut, which fonts.

    What differs from the defaults becomes part of the name, and so of the data's folder:
    `SpsMelodyConfig("nottingham", n_steps=32)` is called `nottingham_steps32`.

    Attributes:
        name: "nottingham".
        n_train: number of training clips, drawn from all at random. Default None: all.
        n_steps: notes in a clip, at least 2. Default 64.
        min_melody_steps: the last segment of a melody is left out if the melody fills fewer of
            its steps. Default 1.
        source_path: zip file or folder of MIDI files; a digest of its content goes into the
            name. Default "": TFDS's manual folder, or else a download.
    """

    n_train: int | None = None
    n_steps: int = N_STEPS
    min_melody_steps: int = 1
    source_path: str = ""

    def __post_init__(self) -> None:
        check_choice("config", self.name, KINDS)
        if self.n_train is not None:
            self.n_train = check_split_size("n_train", self.n_train)
        for name, low, high in (("n_steps", 2, MAX_STEPS), ("min_melody_steps", 1, self.n_steps)):
            value = check_split_size(name, getattr(self, name))
            if not low <= value <= high:
                raise UserError(f"{name} must lie in {low} to {high}. Received: {value}")
            setattr(self, name, value)
        self.description = f"Segments of {self.n_steps} eighth notes, on the accordion."
        super().__post_init__()

    def changes(self) -> list[str]:
        """Return what differs from the defaults, a word each."""
        changes = []
        if self.n_train is not None:
            changes.append(f"train{self.n_train}")
        if self.n_steps != N_STEPS:
            changes.append(f"steps{self.n_steps}")
        if self.min_melody_steps != 1:
            changes.append(f"atleast{self.min_melody_steps}")
        if self.source_path:
            digest = content_digest(self.source_path, nottingham.SUFFIXES)
            changes.append(f"source{digest}")
        return changes + super().changes()


class Builder(AudioBuilder):
    """Melodies in equal notes to train on, all instruments to test on."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar = {
        "1.1.0": "The same examples, now in the order of their numbers and in more record files.",
        "1.0.0": "First version.",
    }
    BUILDER_CONFIGS: ClassVar = [SpsMelodyConfig(name) for name in KINDS]
    MANUAL_DOWNLOAD_INSTRUCTIONS = f"""
    nottingham.zip or a folder nottingham: MIDI files of melodies (the archive at {nottingham.URL}
    is downloaded if they are not here).
    """

    def __init__(self, *, config: str | SpsMelodyConfig | None = None, **kwargs: object) -> None:
        # TFDS refuses a config object that equals one of the class's own; its name will do.
        if isinstance(config, SpsMelodyConfig) and config.name in KINDS:
            config = config.name
        super().__init__(config=config, **kwargs)

    def n_notes(self) -> int:
        """Return the number of notes in a clip."""
        return self.builder_config.n_steps

    def make_clips(self, dl_manager: tfds.download.DownloadManager) -> dict[str, list[Clip]]:
        """Read and cut the melodies, and record what was left out."""
        config = self.builder_config
        source = self._source(dl_manager)
        tunes = nottingham.read_tunes(source)
        if tunes.skipped:
            logging.warning("Files skipped in %s: %s", source.name, tunes.summary())
        clips = []
        for name, notes in tunes.notes.items():
            cut = segments(quantise(notes), config.n_steps, config.min_melody_steps)
            clips += melody_clips(name, cut)
        if not clips:
            raise UserError(f"No melody can be used in {source}. Skipped: {tunes.summary()}")
        self.info.metadata.update(
            source_file=source.name,
            source_sha256=file_sha256(source) if source.is_file() else None,
            kept={"tunes": len(tunes.notes), "clips": len(clips)},
            skipped={reason: len(names) for reason, names in sorted(tunes.skipped.items())},
            skipped_files={r: names[:_MAX_NAMES] for r, names in sorted(tunes.skipped.items())},
        )
        return {"train": self._draw(clips), "test": chromatic_clips(config.n_steps)}

    def _draw(self, clips: list[Clip]) -> list[Clip]:
        """Return as many clips as the config wants, drawn without replacement."""
        config = self.builder_config
        if config.n_train is None:
            return clips
        if config.n_train > len(clips):
            raise UserError(f"There are {len(clips)} clips. Received n_train: {config.n_train}")
        order = np.random.default_rng(fold(config.seed, "melody_clips")).permutation(len(clips))
        return [clips[index] for index in sorted(order[: config.n_train])]

    def _source(self, dl_manager: tfds.download.DownloadManager) -> Path:
        """Return the archive: the one named, else from the manual folder, else downloaded."""
        path = self.builder_config.source_path
        found = find_source(dl_manager, path, nottingham.SOURCE_NAMES)
        return found or fetch(
            dl_manager,
            nottingham.URL,
            f"Fetch it, and put it as {nottingham.SOURCE_NAMES[0]} into {manual_dir(dl_manager)}, "
            "or name its place with source_path",
        )


def make_config(
    config_name: str = "nottingham",
    n_train: int | None = None,
    n_steps: int = N_STEPS,
    min_melody_steps: int = 1,
    source_path: str = "",
    seed: int = DEFAULT_SEED,
    soundfont_dir: str = "",
    test_soundfont: str = "",
) -> SpsMelodyConfig:
    """Make the config that some options describe.

    Args:
        config_name: "nottingham" (default).
        n_train: see `SpsMelodyConfig`.
        n_steps: see `SpsMelodyConfig`.
        min_melody_steps: see `SpsMelodyConfig`.
        source_path: see `SpsMelodyConfig`.
        seed: of the choice of `n_train` clips, at least 0. Default 0.
        soundfont_dir: see `pipelines.making.audio.builder.AudioConfig`.
        test_soundfont: see `pipelines.making.audio.builder.AudioConfig`.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong or the path does not exist.
    """
    return SpsMelodyConfig(
        config_name,
        n_train=n_train,
        n_steps=n_steps,
        min_melody_steps=min_melody_steps,
        source_path=str(source_path),
        seed=seed,
        soundfont_dir=str(soundfont_dir),
        test_soundfont=str(test_soundfont),
    )
