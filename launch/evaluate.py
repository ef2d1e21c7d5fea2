"""Evaluate a run from its folder alone, and draw its pictures anew.

    python -m launch.evaluate --workdir=runs/sps_ball/sps_fast_seed0

Prints the table of metrics, writes `evaluation.json`, `pictures/*.png` and, of a run on sound,
`sounds/*.wav` and `pitch_points.npz` into the folder.
"""

from absl import flags

from launch import cli
from launch.evaluation import evaluate_run
from sps_tf.errors import UserError

FLAGS = flags.FLAGS
flags.DEFINE_string("workdir", None, "Folder of the run, as `python -m launch.train` made it.")
flags.DEFINE_string(
    "data_dir", None, "Folder of the data sets. Default: TFDS_DATA_DIR, or ~/tensorflow_datasets."
)
flags.DEFINE_string(
    "checkpoint",
    None,
    "final, latest, or the step of a kept checkpoint. "
    "Default: final where the run has finished, else latest.",
)


def main(_: list[str]) -> None:
    """Evaluate the run that the flags name."""
    if not FLAGS.workdir:
        raise UserError("--workdir is missing: the folder of the run to evaluate.")
    evaluate_run(FLAGS.workdir, FLAGS.data_dir, FLAGS.checkpoint)


if __name__ == "__main__":
    cli.run_main(main)
