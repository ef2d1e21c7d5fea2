"""Evaluate a run from its folder alone, and draw its pictures anew.

    python -m launch.evaluate --workdir=runs/sps_ball/sps_fast_seed0

Prints the table of metrics, writes `evaluation.json`, `pictures/*.png`, the page `index.html` and,
of a run on sound, `sounds/*.wav` and `pitch_points.npz` into the folder.
"""

from absl import flags

from launch import cli, data_flags
from launch.beside import describe_beside
from launch.settings_check import check_settings
from sps_tf.errors import UserError
from sps_tf.runs.checkpoint_files import check_choice
from sps_tf.runs.folder import Run, from_json, to_json

FLAGS = flags.FLAGS
flags.adopt_module_key_flags(data_flags)  # so that --help shows them
flags.DEFINE_string("workdir", None, "Folder of the run, as `python -m launch.train` made it.")
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
    run = Run(FLAGS.workdir)
    config = run.read_config()
    check_settings(config, str(run.workdir / "config.json"))
    check_choice(run, FLAGS.checkpoint)  # before TensorFlow is loaded
    from sps_tf.evaluation import evaluate_run

    beside = describe_beside(from_json(to_json(config)), run.workdir)
    evaluate_run(FLAGS.workdir, data_flags.make_load(), FLAGS.checkpoint, beside)


def console() -> None:
    """Evaluate as the command line says, and end the process."""
    cli.run_main(main)


if __name__ == "__main__":
    console()
