"""Where the statistics of a data set lie, and how they are read."""

from pathlib import Path

from google.protobuf.message import DecodeError
from tensorflow_metadata.proto.v0 import statistics_pb2

from sps_tf.errors import UserError

# Last part of the name of a feature that is there only where values are damaged.
DAMAGED = "damaged"


def statistics_path(folder: Path, split: str) -> Path:
    """Return the file of one split's statistics."""
    return folder / f"{split}.pb"


def read_statistics(folder: Path) -> dict[str, statistics_pb2.DatasetFeatureStatistics]:
    """Read the statistics of all splits.

    Args:
        folder: where they are.

    Returns:
        The statistics by split, "train" first.

    Raises:
        UserError: if there are none, or a file is damaged.
    """
    found = {}
    for path in sorted(folder.glob("*.pb"), key=lambda path: (path.stem != "train", path.stem)):
        try:
            listed = statistics_pb2.DatasetFeatureStatisticsList.FromString(path.read_bytes())
            found[path.stem] = listed.datasets[0]
        except (DecodeError, IndexError) as error:
            raise UserError(
                f"The statistics are damaged; make them again. Received: {path}"
            ) from error
    if not found:
        raise UserError(f"The folder holds no statistics (*.pb). Received: {folder}")
    return found


def feature_name(feature: statistics_pb2.FeatureNameStatistics) -> str:
    """Return the name of a feature in the statistics."""
    return feature.path.step[0] if feature.path.step else feature.name
