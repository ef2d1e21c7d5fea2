"""TFDS builder of the bouncing-ball videos (sections 4.2.1 and A.5.1)."""

import dataclasses
import functools
from typing import ClassVar

import numpy as np
import tensorflow_datasets as tfds

from pipelines.beam.builder import ShardedBuilder
from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.beam.shards import NumberedExamples
from pipelines.making.ball import N_FRAMES, SCENES
from pipelines.making.ball.camera import FRAME_SIZE
from pipelines.making.ball.records import make_record
from pipelines.making.ball.trajectories import n_balls
from pipelines.making.options import check_seed, check_split_size
from sps_tf.errors import check_choice

# The paper's numbers of trajectories. It does not say how the 4,096 colourful ones are split:
# the test split is as large as the green one's. Two balls are not in the paper.
DEFAULT_SIZES = {"green": (512, 512), "colorful": (3584, 512), "two": (512, 512)}
_BALLS = {"green": "Green ball", "colorful": "Colorful ball", "two": "Green ball and blue ball"}
DEFAULT_SEED = 0

show_user_errors_in_one_line()


@dataclasses.dataclass
class SpsBallConfig(tfds.core.BuilderConfig):
    """Config of the data set: scene, sizes and seed.

    Sizes or a seed of one's own become part of the name, and so of the data's folder:
    `SpsBallConfig("green", n_train=1024)` is called `green_train1024_test512_seed0`.

    Attributes:
        name: "green", "colorful" or "two".
        n_train: training trajectories. Default 512, or 3,584 (colorful).
        n_test: test trajectories. Default 512.
        seed: at least 0. Default 0.
        scene: follows from the name.
    """

    n_train: int | None = None
    n_test: int | None = None
    seed: int = DEFAULT_SEED
    scene: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.scene = check_choice("config", self.name, SCENES)
        defaults = DEFAULT_SIZES[self.scene]
        n_train = defaults[0] if self.n_train is None else self.n_train
        n_test = defaults[1] if self.n_test is None else self.n_test
        self.n_train = check_split_size("n_train", n_train)
        self.n_test = check_split_size("n_test", n_test)
        self.seed = check_seed("seed", self.seed)
        if (self.n_train, self.n_test, self.seed) != (*defaults, DEFAULT_SEED):
            self.name += f"_train{self.n_train}_test{self.n_test}_seed{self.seed}"
        self.description = (
            f"{_BALLS[self.scene]}, {self.n_train} training and {self.n_test} test "
            f"trajectories, seed {self.seed}."
        )


class Builder(ShardedBuilder):
    """Videos of a ball, or two, bouncing over a grid, with positions and velocities."""

    VERSION = tfds.core.Version("1.1.0")
    RELEASE_NOTES: ClassVar = {
        "1.1.0": "The same examples, now in the order of their numbers and in more record files.",
        "1.0.0": "First version.",
    }
    BUILDER_CONFIGS: ClassVar = [SpsBallConfig(name) for name in SCENES]

    def __init__(self, *, config: str | SpsBallConfig | None = None, **kwargs: object) -> None:
        # TFDS refuses a config object that equals one of the class's own; its name will do.
        if isinstance(config, SpsBallConfig) and config.name in SCENES:
            config = config.name
        super().__init__(config=config, **kwargs)

    def n_examples(self) -> int:
        """Return the number of trajectories in both splits."""
        return self.builder_config.n_train + self.builder_config.n_test

    def _info(self) -> tfds.core.DatasetInfo:
        """Describe the features."""
        n_numbers = 3 * n_balls(self.builder_config.scene)
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "frames": tfds.features.Video(shape=(N_FRAMES, FRAME_SIZE, FRAME_SIZE, 3)),
                    "position": tfds.features.Tensor(
                        shape=(N_FRAMES, n_numbers),
                        dtype=np.float32,
                        doc="metres: right, up, away, of each ball",
                    ),
                    "velocity": tfds.features.Tensor(
                        shape=(N_FRAMES, n_numbers), dtype=np.float32, doc="metres a second"
                    ),
                    "color": tfds.features.Tensor(
                        shape=(n_numbers,), dtype=np.float32, doc="red, green, blue in [0, 1]"
                    ),
                }
            ),
            homepage="https://arxiv.org/abs/2302.10890",
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, NumberedExamples]:
        """Make both splits; nothing is downloaded."""
        del dl_manager
        return {
            "train": self._generate_examples("train", self.builder_config.n_train),
            "test": self._generate_examples("test", self.builder_config.n_test),
        }

    def _generate_examples(self, split: str, n_examples: int) -> NumberedExamples:
        """Say how the examples of one split are made."""
        config = self.builder_config
        return NumberedExamples(
            n_examples,
            functools.partial(make_record, config.seed, split, scene=config.scene),
        )


def make_config(
    config_name: str = "green",
    n_train: int | None = None,
    n_test: int | None = None,
    seed: int = DEFAULT_SEED,
) -> SpsBallConfig:
    """Make the config that some options describe.

    Args:
        config_name: "green" (default), "colorful" or "two".
        n_train: training trajectories. Default 512, or 3,584 (colorful).
        n_test: test trajectories. Default 512.
        seed: at least 0. Default 0.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong.
    """
    return SpsBallConfig(config_name, n_train=n_train, n_test=n_test, seed=seed)
