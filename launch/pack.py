"""Write the data of a run into one file, for a machine with JAX and no TensorFlow.

    python -m launch.pack --dataset=sps_ball

There, with the file in `packed/` below the folder of the data sets, the run is trained by Keras on
JAX, on a GPU where JAX finds one:

    KERAS_BACKEND=jax python -m launch.train --dataset=sps_ball --data_dir=DIR

The flags are those of `launch.train`. Data sets, their options and front ends have files of their
own; methods, presets and seeds share one where these are the same.
"""

from absl import flags

from launch import cli, data_flags, run_flags
from launch.project_datasets import check_project_datasets
from sps_tf.errors import UserError
from sps_tf.runs.folder import make_source_absolute
from sps_tf.training.validation import validate

FLAGS = flags.FLAGS
for _module in (run_flags, data_flags):  # so that --help shows them
    flags.adopt_module_key_flags(_module)


def main(_: list[str]) -> None:
    """Pack the data that the flags name."""
    config = FLAGS.config
    make_source_absolute(config)
    validate(config)
    if data_flags.without_tensorflow():
        raise UserError("launch.pack reads records, which needs TensorFlow: unset KERAS_BACKEND.")
    check_project_datasets()
    from datasets.packed import check_packable, pack

    check_packable(config)
    data_flags.check_extra(config)
    load = data_flags.make_load()

    path = pack(config, load(config, ("train", config.evaluation.split)), FLAGS.data_dir)
    print(f"written: {path} ({path.stat().st_size / 1e6:.1f} MB)")


def console() -> None:
    """Pack as the command line says, and end the process."""
    cli.run_main(main, run_flags.make_config)


if __name__ == "__main__":
    console()
