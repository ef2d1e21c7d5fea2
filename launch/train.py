"""Train a model, evaluate it, and leave pictures, results and a page of them in a folder.

    python -m launch.train --dataset=sps_ball

Data that is missing is made first, by `--workers` processes, or where `--runner` says. The same
command again continues a run that was stopped.
Every setting that has no flag of its own is a field of the config:

    python -m launch.train --dataset=sps_ball --config.steps=2000 --help

One's own videos or sounds stand in a folder:

    python -m launch.train --dataset=video_folder --data=FOLDER
"""

from absl import flags

from launch import beam_flags, cli, data_flags, run_flags
from launch.beside import describe_beside
from sps_tf.errors import check_choice
from sps_tf.runs.folder import Run, default_workdir, make_source_absolute
from sps_tf.runs.table import tell_finished
from sps_tf.training.strategy import STRATEGIES
from sps_tf.training.validation import validate

FLAGS = flags.FLAGS
for _module in (run_flags, data_flags, beam_flags):  # so that --help shows them
    flags.adopt_module_key_flags(_module)
flags.DEFINE_string(
    "workdir", None, "Folder of the run. Default: runs/<dataset>/<method>_<preset>_seed<seed>."
)


def main(argv: list[str]) -> None:
    """Run the training that the flags describe."""
    config = FLAGS.config
    make_source_absolute(config)
    workdir = FLAGS.workdir or default_workdir(config)
    # What is wrong with settings or folder is said before TensorFlow is loaded.
    validate(config)
    check_choice("strategy", FLAGS.strategy, STRATEGIES)
    data_flags.without_tensorflow()  # refuses a backend that is not there
    beam = beam_flags.make_settings_if_asked(argv[1:])
    with Run(workdir) as run:
        run.check_config(config)
        results = run.read_results()
        if results is not None:
            data_flags.check_source(config, results)
            tell_finished(run)
            return
    data_flags.check_extra(config)
    from sps_tf.training.trainer import train

    beside = describe_beside(config, workdir)
    train(config, workdir, data_flags.make_load(beam), FLAGS.strategy, beside)


def console() -> None:
    """Train as the command line says, and end the process."""
    cli.run_main(
        main,
        run_flags.make_config,
        interrupted="Stopped. The same command continues the training.",
        passes_others=beam_flags.names_runner(),
    )


if __name__ == "__main__":
    console()
