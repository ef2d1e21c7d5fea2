"""What the builders of the audio data sets share: fonts, features, and the recorded maximum."""

import dataclasses
import functools
import zlib
from typing import Any

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.shards import NumberedExamples
from pipelines.making.audio import clips
from pipelines.making.audio.clips import Clip
from pipelines.making.audio.soundfonts import SoundFont, find_test_font, find_train_font, open_font
from pipelines.making.options import check_seed
from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ, clip_samples

DEFAULT_SEED = 0


@dataclasses.dataclass
class AudioConfig(tfds.core.BuilderConfig):
    """What the configs of all audio data sets have.

    What differs from the defaults becomes part of the name, and so of the data's folder. Fonts
    that are found without being named do not: `metadata.json` says which they were.

    Attributes:
        name: the config's name.
        seed: at least 0. Default 0.
        soundfont_dir: folder of sound fonts, looked into before the others. Default "".
        test_soundfont: file of the font that plays the test split. Default "": the data set's
            own choice.
    """

    seed: int = DEFAULT_SEED
    soundfont_dir: str = ""
    test_soundfont: str = ""

    def __post_init__(self) -> None:
        self.seed = check_seed("seed", self.seed)
        self.name = "_".join([self.name, *self.changes()])

    def changes(self) -> list[str]:
        """Return what differs from the defaults, a word each; subclasses put theirs in front."""
        changes = [f"seed{self.seed}"] if self.seed != DEFAULT_SEED else []
        if self.soundfont_dir or self.test_soundfont:
            digests = "".join(font.sha256 for font in self.fonts().values())
            changes.append(f"fonts{zlib.crc32(digests.encode()):08x}")
        return changes

    def fonts(self) -> dict[str, SoundFont]:
        """Return the fonts of "train" and "test".

        Raises:
            UserError: if one cannot be found.
        """
        train = find_train_font(self.soundfont_dir)
        if self.test_soundfont:
            return {"train": train, "test": open_font(self.test_soundfont)}
        if self.tests_on_the_training_font():
            return {"train": train, "test": train}
        return {"train": train, "test": find_test_font(self.soundfont_dir)}

    def tests_on_the_training_font(self) -> bool:
        """Tell whether the test split is played by the training font; by default it is not."""
        return False


class AudioBuilder(ShardedBuilder, skip_registration=True):
    """Base of the audio builders: subclasses say which clips there are."""

    def n_notes(self) -> int:
        """Return the number of notes in a clip."""
        raise NotImplementedError

    def _info(self) -> tfds.core.DatasetInfo:
        """Describe the features."""
        n_notes = self.n_notes()
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "waveform": tfds.features.Tensor(
                        shape=(clip_samples(n_notes),),
                        dtype=np.int16,
                        encoding="zlib",  # as numbers of a protocol buffer it would be larger
                        doc=f"mono, {SAMPLE_RATE_HZ} samples a second",
                    ),
                    "pitch": tfds.features.Tensor(
                        shape=(n_notes,), dtype=np.float32, doc="MIDI, with fractions"
                    ),
                    "onset_secs": tfds.features.Tensor(shape=(n_notes,), dtype=np.float32),
                    "instrument": tfds.features.Text(),
                    "program": tfds.features.Scalar(np.int64, doc="General MIDI, from 0"),
                }
            ),
            metadata=tfds.core.MetadataDict(),
            homepage="https://arxiv.org/abs/2302.10890",
        )

    def make_clips(self, dl_manager: tfds.download.DownloadManager) -> dict[str, list[Clip]]:
        """Return the clips of every split by name; "train" is one of them."""
        raise NotImplementedError

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, NumberedExamples]:
        """Let the test split be played by its own font, and record the fonts."""
        fonts = self.builder_config.fonts()
        self.info.metadata.update(
            sample_rate_hz=SAMPLE_RATE_HZ,
            soundfont_train=fonts["train"].describe(),
            soundfont_test=fonts["test"].describe(),
        )
        return {
            name: self._generate_examples(name, part, fonts["test" if name == "test" else "train"])
            for name, part in self.make_clips(dl_manager).items()
        }

    def _generate_examples(self, name: str, part: list[Clip], font: SoundFont) -> NumberedExamples:
        """Say how the examples of the split called `name` are made."""
        split = NumberedExamples(
            len(part), functools.partial(clips.make_example, tuple(part), font)
        )
        if name == "train":
            return split._replace(measure=clips.measure, merge=clips.merge)
        return split

    def describe(self, measures: dict[str, dict[str, Any]]) -> None:
        """Record the largest magnitude of the training split, by which all are divided.

        Args:
            measures: for each split the measure of all its examples.
        """
        self.info.metadata["max_magnitude"] = measures["train"]["max_magnitude"]
