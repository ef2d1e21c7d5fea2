"""The flags that say which run is meant, for every command line that trains."""

from pathlib import Path

from absl import flags
from ml_collections import ConfigDict

from launch.configs import DATASETS, METHODS, PRESETS, get_config
from sps_tf.errors import UserError
from sps_tf.training.strategy import STRATEGIES

FLAGS = flags.FLAGS
flags.DEFINE_string("dataset", None, f"What to learn from: {', '.join(DATASETS)}.")
flags.DEFINE_string("method", METHODS[0], f"How to learn: {', '.join(METHODS)}.")
flags.DEFINE_string("preset", None, f"Size and length: {', '.join(PRESETS)}. Default: fast.")
flags.DEFINE_integer("seed", 0, "Seed of weights, data order and noise.", lower_bound=0)
flags.DEFINE_string("data", None, "Folder of one's own videos or sounds, for the folder data sets.")
flags.DEFINE_string("strategy", STRATEGIES[0], f"Devices: {', '.join(STRATEGIES)}.")


def make_config() -> ConfigDict:
    """Return the config that the flags name."""
    if FLAGS.dataset is None:
        raise UserError(f"--dataset is missing. Known: {', '.join(DATASETS)}.")
    config = get_config(FLAGS.dataset, FLAGS.method, FLAGS.preset or "fast", FLAGS.seed)
    reads_folder = "folder" in config.data
    if reads_folder and not FLAGS.data:
        raise UserError(f"--data is missing: the folder that --dataset={FLAGS.dataset} reads.")
    if FLAGS.data and not reads_folder:
        raise UserError(
            f"--data names a folder for --dataset=audio_folder or video_folder; {FLAGS.dataset} "
            f"is made by the project. Received: {FLAGS.data!r}"
        )
    if reads_folder:
        folder = Path(FLAGS.data).expanduser().resolve()
        config.data.folder = str(folder)
        if config.dataset == "audio_folder" and (folder / "labels.csv").is_file():
            config.evaluation.update(label="pitch", label_names=("pitch",))
    return config
