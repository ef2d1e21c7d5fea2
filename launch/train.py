"""Train a model, evaluate it, and leave pictures and results in a folder.

    python -m launch.train --dataset=sps_ball

Data that is missing is made first. The same command again continues a run that was stopped.
Every setting that has no flag of its own is a field of the config:

    python -m launch.train --dataset=sps_ball --config.steps=2000 --help
"""

from absl import flags
from ml_collections import ConfigDict

from launch import cli
from launch.configs import DATASETS, METHODS, PRESETS, get_config
from launch.strategy import STRATEGIES
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.DEFINE_string("dataset", None, f"What to learn from: {', '.join(DATASETS)}.")
flags.DEFINE_string("method", METHODS[0], f"How to learn: {', '.join(METHODS)}.")
flags.DEFINE_string("preset", None, f"Size and length: {', '.join(PRESETS)}. Default: fast.")
flags.DEFINE_integer("seed", 0, "Seed of weights, data order and noise.", lower_bound=0)
flags.DEFINE_string(
    "workdir", None, "Folder of the run. Default: runs/<dataset>/<method>_<preset>_seed<seed>."
)
flags.DEFINE_string(
    "data_dir", None, "Folder of the data sets. Default: TFDS_DATA_DIR, or ~/tensorflow_datasets."
)
flags.DEFINE_string("strategy", STRATEGIES[0], f"Devices: {', '.join(STRATEGIES)}.")


def make_config() -> ConfigDict:
    """Return the config that the flags name."""
    if FLAGS.dataset is None:
        raise UserError(f"--dataset is missing. Known: {', '.join(DATASETS)}.")
    return get_config(FLAGS.dataset, FLAGS.method, FLAGS.preset or "fast", FLAGS.seed)


def main(_: list[str]) -> None:
    """Run the training that the flags describe."""
    from launch.training import train

    config = FLAGS.config
    workdir = FLAGS.workdir or (
        f"runs/{config.dataset}/{config.method}_{config.preset}_seed{config.seed}"
    )
    train(config, workdir, FLAGS.data_dir, FLAGS.strategy)


if __name__ == "__main__":
    cli.run_main(main, make_config, interrupted="Stopped. The same command continues the training.")
