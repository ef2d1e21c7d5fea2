"""TFDS builder of the major scales (sections 4.1.1 and A.4.1)."""

import dataclasses
from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.making.audio.builder import DEFAULT_SEED, AudioBuilder, AudioConfig
from pipelines.making.audio.clips import Clip
from pipelines.making.audio.instruments import INSTRUMENTS, Instrument, find_instrument
from pipelines.making.audio.scale import N_NOTES, scale_clips, shift_clips
from pipelines.making.options import check_pitch
from sps_tf.errors import UserError, check_choice

KINDS = ("accordion", "instruments")

show_user_errors_in_one_line()


@dataclasses.dataclass
class SpsScaleConfig(AudioConfig):
    """Config of the data set: which instruments, which start pitches, which fonts.

    What differs from the defaults becomes part of the name, and so of the data's folder:
    `SpsScaleConfig("instruments", last_start=60)` is called `instruments_to60`.

    Attributes:
        name: "accordion" (section 4.1) or "instruments" (section A.4).
        first_start: lowest start pitch, MIDI. Default: as in Table 14.
        last_start: highest start pitch, MIDI. Default: as in Table 14, an octave below the
            highest note.
        only: names of Table 14's instruments, separated by commas, for "instruments" alone.
            Default "": all 53.
        kind: follows from the name.
    """

    first_start: int | None = None
    last_start: int | None = None
    only: str = ""
    kind: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.kind = check_choice("config", self.name, KINDS)
        for name in ("first_start", "last_start"):
            if getattr(self, name) is not None:
                setattr(self, name, check_pitch(name, getattr(self, name)))
        if self.only and self.kind == "accordion":
            raise UserError(
                "The option only belongs to the config 'instruments'. "
                f"Received config: {self.name!r}"
            )
        super().__post_init__()
        n_clips = len(self.train_clips())
        if not n_clips:
            raise UserError(
                "No scale starts in this range. "
                f"Received: first_start {self.first_start}, last_start {self.last_start}"
            )
        self.description = f"{n_clips} major scales, {len(self.instruments())} instrument(s)."

    def changes(self) -> list[str]:
        """Return what differs from the defaults, a word each."""
        changes = []
        if self.only:
            changes.append("only" + "".join(str(row.program) + "p" for row in self.instruments()))
        if self.first_start is not None:
            changes.append(f"from{self.first_start}")
        if self.last_start is not None:
            changes.append(f"to{self.last_start}")
        return changes + super().changes()

    def instruments(self) -> list[Instrument]:
        """Return the instruments that play."""
        if self.kind == "accordion":
            return [find_instrument("Accordion")]
        if self.only:
            names = {name.strip() for name in self.only.split(",")}
            return sorted(find_instrument(name) for name in names)
        return list(INSTRUMENTS)

    def train_clips(self) -> list[Clip]:
        """Return the clips of the training split."""
        return scale_clips(self.instruments(), self.first_start, self.last_start)

    def tests_on_the_training_font(self) -> bool:
        """Tell whether the test split differs by its pitches, and not by its font."""
        return self.kind == "accordion"


class Builder(AudioBuilder):
    """Major scales of 15 notes: sound, pitches, instrument."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar = {
        "1.1.0": "The same examples, now in the order of their numbers and in more record files.",
        "1.0.0": "First version.",
    }
    BUILDER_CONFIGS: ClassVar = [SpsScaleConfig(name) for name in KINDS]

    def __init__(self, *, config: str | SpsScaleConfig | None = None, **kwargs: object) -> None:
        # TFDS refuses a config object that equals one of the class's own; its name will do.
        if isinstance(config, SpsScaleConfig) and config.name in KINDS:
            config = config.name
        super().__init__(config=config, **kwargs)

    def n_notes(self) -> int:
        """Return the number of notes in a clip."""
        return N_NOTES

    def n_examples(self) -> int:
        """Return the number of clips in all splits."""
        n_splits = 3 if self.builder_config.kind == "accordion" else 2
        return n_splits * len(self.builder_config.train_clips())

    def make_clips(self, dl_manager: tfds.download.DownloadManager) -> dict[str, list[Clip]]:
        """Return the clips: for the accordion the others are shifted, else the font differs."""
        del dl_manager
        config = self.builder_config
        train = config.train_clips()
        if config.kind == "instruments":
            return {"train": train, "test": train}
        others = {name: shift_clips(train, config.seed, name) for name in ("validation", "test")}
        return {"train": train, **others}


def make_config(
    config_name: str = "accordion",
    first_start: int | None = None,
    last_start: int | None = None,
    only: str = "",
    seed: int = DEFAULT_SEED,
    soundfont_dir: str = "",
    test_soundfont: str = "",
) -> SpsScaleConfig:
    """Make the config that some options describe.

    Args:
        config_name: "accordion" (default) or "instruments".
        first_start: see `SpsScaleConfig`.
        last_start: see `SpsScaleConfig`.
        only: see `SpsScaleConfig`.
        seed: of the fractions by which clips are shifted, at least 0. Default 0.
        soundfont_dir: see `pipelines.making.audio.builder.AudioConfig`.
        test_soundfont: see `pipelines.making.audio.builder.AudioConfig`.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong.
    """
    return SpsScaleConfig(
        config_name,
        first_start=first_start,
        last_start=last_start,
        only=only,
        seed=seed,
        soundfont_dir=str(soundfont_dir),
        test_soundfont=str(test_soundfont),
    )
