"""Put the models of finished runs into the package, small and with a card each.

    python -m launch.release --runs=ball=runs/sps_ball/sps_long_seed0,pitch=runs/pitch
    python -m launch.release --name=pitch --dataset=sps_scale --preset=fast --seed=0

The first form takes runs; the second trains the run first, or goes on with it, as `launch.train`
would. Of each model `sps_tf/trained/<name>/` gets `model.keras` without the optimiser's state,
`card.json`, and `README.md`, the card to read. `sps_tf.load("<name>")` then loads it.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags
from ml_collections import ConfigDict

from launch import cli, data_flags, run_flags
from launch.beside import describe_beside
from launch.settings_check import check_settings
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run, default_workdir
from sps_tf.runs.origins import origin_of

if TYPE_CHECKING:
    from sps_tf.data import Data

FLAGS = flags.FLAGS
for _module in (run_flags, data_flags):  # so that --help shows them
    flags.adopt_module_key_flags(_module)
flags.DEFINE_list("runs", [], "<name>=<folder of a finished run>, apart by commas.")
flags.DEFINE_string("name", None, "Name of the model of the run that --dataset and so on describe.")
flags.DEFINE_string("limits", "", "What else the models cannot do, for the card.")
flags.DEFINE_string("output", None, "Folder for the models. Default: sps_tf/trained.")


def main(_: list[str]) -> None:
    """Release what the flags name."""
    runs = _named_runs()
    if FLAGS.name:
        name = _check_name(FLAGS.name)
        _check_licence(FLAGS.config.dataset)
        runs[name] = _train(FLAGS.config)
    for run in runs.values():  # before TensorFlow is loaded, and before anything is written
        if run.read_results() is None:
            raise UserError(
                f"Only a finished run has results for a card; `python -m launch.train` continues "
                f"one. Received: {run.workdir}"
            )
    for run in runs.values():
        _check_licence(run.read_config().dataset)
    from sps_tf.inference.release import release_run

    load = data_flags.make_load()
    for name, run in runs.items():

        def load_checked(config: ConfigDict, splits: tuple[str, ...], run: Run = run) -> "Data":
            check_settings(config, str(run.workdir / "config.json"))
            return load(config, splits)

        folder = release_run(run, name, load_checked, FLAGS.limits, FLAGS.output)
        print(f'sps_tf.load("{name}"): {folder}/')


def _named_runs() -> dict[str, Run]:
    if not FLAGS.runs and not FLAGS.name:
        raise UserError("Name runs, as in --runs=ball=runs/sps_ball/sps_long_seed0, or a --name.")
    runs = {}
    for word in FLAGS.runs:
        name, equals, folder = word.partition("=")
        if not equals or not folder:
            raise UserError(f"--runs takes <name>=<folder>, apart by commas. Received: {word!r}")
        runs[_check_name(name)] = Run(folder)
    return runs


def _check_name(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise UserError(
            f"The name of a model has small letters, digits and underscores. Received: {name!r}"
        )
    return name


def _check_licence(dataset: str) -> None:
    """Refuse to put weights into the package that its licence does not cover."""
    origin = origin_of(dataset)
    if not origin.ships and not FLAGS.output:
        raise UserError(
            f"The package is Apache-2.0, and weights learned from {origin.made_from} are not. Name "
            f"a folder of your own with --output. Received: {dataset}"
        )


def _train(config: ConfigDict) -> Run:
    data_flags.check_extra(config)
    from sps_tf.training.trainer import train

    workdir = Path(default_workdir(config))
    beside = describe_beside(config, workdir)
    train(config, workdir, data_flags.make_load(), FLAGS.strategy, beside)
    return Run(workdir)


def console() -> None:
    """Release as the command line says, and end the process."""
    cli.run_main(main, lambda: run_flags.make_config() if FLAGS.name else None)


if __name__ == "__main__":
    console()
