"""The flags that say where data are read from, for every command line that reads some."""

import functools
import importlib.util
import os
from typing import TYPE_CHECKING, Any

from absl import flags
from ml_collections import ConfigDict

from launch.project_datasets import check_project_datasets
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings
    from sps_tf.data import Load  # NumPy takes as long to load as all else that help needs

FLAGS = flags.FLAGS
flags.DEFINE_string(
    "data_dir", None, "Folder of the data sets. Default: TFDS_DATA_DIR, or ~/tensorflow_datasets."
)
flags.DEFINE_string(
    "examples",
    None,
    "Version folder of a data set that TFDS or the pipeline has prepared, read in place of the "
    "one that the settings name.",
)


def check_extra(config: ConfigDict) -> None:
    """Check that what the data set needs is installed; TensorFlow is not loaded for that.

    Args:
        config: the run's settings.

    Raises:
        UserError: if an extra is missing, or another package is in the place of `datasets`.
    """
    check_project_datasets()
    from datasets import builders

    if without_tensorflow():
        from datasets.packed import check_packable

        check_packable(config)
        return
    if not FLAGS.examples:  # data that are made already need no more to be read
        builders.check_extra(config.dataset)


def check_source(config: ConfigDict, results: dict[str, Any]) -> None:
    """Check that a finished run has seen the user's files as they are now.

    Args:
        config: the run's settings.
        results: what the run found.

    Raises:
        UserError: if files were added, removed or changed since, or are gone.
    """
    check_project_datasets()
    from datasets.sources import source_word

    if FLAGS.examples or without_tensorflow():  # packed data need no files
        return
    word, name = source_word(config.dataset, config.data), results["data"].get("name", "")
    if word and word not in name:
        place = config.data.get("folder") or config.data.get("source_path")
        raise UserError(
            f"The files in {place} have changed since this run has finished. Name another folder "
            "with --workdir to train on them as they are now, or delete the run's. Received: "
            f"{word}, while the run has learnt from {name}"
        )


def make_load(beam: "BeamSettings | None" = None) -> "Load":
    """Return the function that loads the data the flags name.

    Args:
        beam: how Beam makes data that are missing. Default None: in this process.

    Raises:
        UserError: if another package is in the place of the project's data sets, or there is no
            TensorFlow to read the records that `--examples` names.
    """
    check_project_datasets()
    if without_tensorflow():
        if FLAGS.examples:
            raise UserError(
                "--examples names records, which TensorFlow reads: leave it out where Keras "
                f"computes with JAX, and pack them by launch.pack. Received: {FLAGS.examples}"
            )
        from datasets.packed import load_packed

        return functools.partial(load_packed, data_dir=FLAGS.data_dir)
    from datasets.loading import load_data

    return functools.partial(load_data, data_dir=FLAGS.data_dir, examples=FLAGS.examples, beam=beam)


def without_tensorflow() -> bool:
    """Say whether Keras computes with JAX, and data come packed; Keras is not loaded for that.

    Raises:
        UserError: if `KERAS_BACKEND` names another backend, or JAX is not installed.
    """
    name = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if name not in ("tensorflow", "jax"):
        raise UserError(f"KERAS_BACKEND must be tensorflow or jax. Received: {name}")
    if name == "jax" and importlib.util.find_spec("jax") is None:
        raise UserError(
            "KERAS_BACKEND=jax needs JAX, which is not installed here: docs/jax.md says how to "
            "install it. Unset KERAS_BACKEND to compute with TensorFlow."
        )
    return name == "jax"
