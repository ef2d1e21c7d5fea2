"""ExampleGen: makes a data set with its builder, or takes one that is prepared already."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tensorflow_datasets as tfds

from datasets.builders import make_builder
from pipelines.beam.limit import read_limit
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Fill `examples` with a prepared TFDS data set.

    Args:
        inputs: none.
        outputs: `examples`.
        parameters: `dataset`, the builder's name, and `options`, its keywords; or `prepared`,
            the folder of a data set that TFDS prepared, which is copied.
        beam: how Beam runs.

    Returns:
        The data set's name and the sizes of its splits.

    Raises:
        UserError: if the data set cannot be made or read.
    """
    target = outputs["examples"]
    if parameters["prepared"]:
        _copy(Path(parameters["prepared"]), target)
    else:
        _build(parameters["dataset"], parameters["options"], target, beam)
    info = tfds.builder_from_directory(target).info
    if "train" not in info.splits:
        raise UserError(
            f"The data set has no split called train. Received: {', '.join(info.splits)}"
        )
    limit = read_limit(target)
    if limit:
        print(f"note: {target} holds the first {limit} examples of each split only.", flush=True)
    return {
        "name": info.full_name,
        "n_examples": {name: split.num_examples for name, split in info.splits.items()},
        **({"max_examples_per_split": limit} if limit else {}),
    }


def _copy(source: Path, target: Path) -> None:
    if not (source / "dataset_info.json").is_file():
        raise UserError(
            "--examples names the version folder of a prepared data set, which holds "
            f"dataset_info.json. Received: {source}"
        )
    shutil.copytree(source, target, dirs_exist_ok=True)


def _build(dataset: str, options: Mapping[str, Any], target: Path, beam: "BeamSettings") -> None:
    """Let the builder work beside the target, so that the move is a rename."""
    aside = target.with_name(".building")
    shutil.rmtree(aside, ignore_errors=True)
    builder = make_builder(dataset, str(aside), **options)
    builder.download_and_prepare(
        download_dir=_download_dir(), download_config=beam.download_config()
    )
    for path in Path(builder.data_dir).iterdir():
        path.rename(target / path.name)
    shutil.rmtree(aside)


def _download_dir() -> str:
    """Return TFDS's own folder, so that a download serves every pipeline root."""
    return str(Path(tfds.core.constants.DATA_DIR).expanduser() / "downloads")
