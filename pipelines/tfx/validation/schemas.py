"""The schema that a data set must fit: a reviewed one where there is one, else an inferred one."""

from pathlib import Path

from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2, statistics_pb2

from pipelines.tfx.validation.statistics_files import DAMAGED, feature_name
from sps_tf.errors import UserError
from sps_tf.optional import require_module

SCHEMA_FILE = "schema.pbtxt"
_FOLDER = Path(__file__).with_name("schemas")


def committed_schema(dataset: str) -> Path | None:
    """Return the reviewed schema of a data set of the project.

    Args:
        dataset: the data set's name, such as "sps_scale/instruments"; one schema serves all
            configs.

    Returns:
        The file, or None where there is none.
    """
    known = {path.stem: path for path in _FOLDER.glob("*.pbtxt")}
    return known.get(dataset.split("/")[0])


def read_schema(path: Path) -> schema_pb2.Schema:
    """Read a schema.

    Args:
        path: a `tensorflow.metadata.v0.Schema` as text.

    Returns:
        The schema.

    Raises:
        UserError: if the file is missing or not a schema.
    """
    try:
        return text_format.Parse(path.read_text(encoding="utf-8"), schema_pb2.Schema())
    except OSError as error:
        raise UserError(f"The schema cannot be read. Received: {error}") from error
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise UserError(
            f"The schema must be a tensorflow.metadata.v0.Schema as text: {error}. Received: {path}"
        ) from error


def infer_schema(
    statistics: statistics_pb2.DatasetFeatureStatistics,
) -> schema_pb2.Schema:
    """Make a schema from the statistics of a training split.

    It holds what nobody has to judge: which features are there, always or not, their types and
    their numbers of values. What is damaged in the training split does not become the rule, and
    numbers must be finite. Ranges, and text that other splits may not have, are left open.

    Args:
        statistics: the statistics of the training split.

    Returns:
        The schema.
    """
    tfdv = require_module("tensorflow_data_validation")
    listed = statistics_pb2.DatasetFeatureStatisticsList(datasets=[statistics])
    for feature in reversed(listed.datasets[0].features):
        if feature_name(feature).endswith(f"/{DAMAGED}"):
            listed.datasets[0].features.remove(feature)
    schema = tfdv.infer_schema(listed, max_string_domain_size=0)
    for feature in schema.feature:
        if feature.type == schema_pb2.FLOAT:
            feature.float_domain.disallow_nan = feature.float_domain.disallow_inf = True
    return schema
