"""Opening a data set by its folder, whoever has prepared it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sps_tf.errors import UserError

if TYPE_CHECKING:
    import tensorflow_datasets as tfds


def open_prepared(folder: Path) -> "tfds.core.DatasetBuilder":
    """Open a data set that TFDS or the pipeline has prepared, wherever its folder is.

    Its record files are not read.

    Args:
        folder: that of the data set's version.

    Returns:
        A builder that reads it.

    Raises:
        UserError: if there is none, its description is damaged, or its files are of another kind.
    """
    import tensorflow_datasets as tfds

    if not (folder / "dataset_info.json").is_file():
        raise UserError(
            "This is not the folder of a prepared data set: it has no dataset_info.json. "
            f"Received: {folder}"
        )
    try:
        builder = tfds.builder_from_directory(folder)
    except Exception as error:
        # Damaged descriptions can break any line of TFDS: any error here means a bad folder.
        raise UserError(
            "The description of this data set (dataset_info.json, features.json) is missing or "
            f"damaged ({type(error).__name__}). Make it anew. Received: {folder}"
        ) from error
    if builder.info.file_format != tfds.core.FileFormat.TFRECORD:
        raise UserError(
            "Only data sets of TFRECORD files can be read here. Received: "
            f"{builder.info.file_format.value} files in {folder}"
        )
    if not builder.info.splits:
        raise UserError(f"The data set has no splits; make it anew. Received: {folder}")
    return builder
