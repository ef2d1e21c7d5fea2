"""ExampleValidator: stops where the data do not fit the schema."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf import text_format

from pipelines.tfx.validation import anomalies
from pipelines.tfx.validation.anomalies import Anomaly
from pipelines.tfx.validation.schemas import SCHEMA_FILE, read_schema
from pipelines.tfx.validation.statistics_files import read_statistics
from sps_tf.errors import UserError
from sps_tf.files import write_bytes, write_json
from sps_tf.optional import require_module

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

ANOMALIES_FILE = "anomalies.json"
_MOST_NAMED = 5


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Compare all splits with the schema, and the other splits with "train".

    The files are written before an error is raised.

    Args:
        inputs: `statistics`, what StatisticsGen made; `schema`, what SchemaGen made.
        outputs: `anomalies`, a folder to fill: `anomalies.json`, a list of split, feature,
            reason and description; and TFDV's findings of each split, `<split>.pbtxt`, with the
            distances between the splits.
        parameters: not used.
        beam: not used.

    Returns:
        `n_anomalies`, which is 0; `skew`: the distance of each split from "train", by feature.

    Raises:
        UserError: if TFDV is not installed, or the data do not fit the schema.
    """
    del parameters, beam
    require_module("tensorflow_data_validation")
    schema_path = inputs["schema"] / SCHEMA_FILE
    statistics = read_statistics(inputs["statistics"])
    found = anomalies.validate(statistics, read_schema(schema_path))
    listed = anomalies.list_anomalies(found, statistics)
    for split, finding in found.items():
        text = text_format.MessageToString(finding)
        write_bytes(outputs["anomalies"] / f"{split}.pbtxt", text.encode())
    write_json(outputs["anomalies"] / ANOMALIES_FILE, [entry._asdict() for entry in listed])
    if listed:
        raise UserError(_tell(listed, inputs["statistics"]))
    return {"n_anomalies": 0, "skew": anomalies.distances(found)}


def _tell(listed: Sequence[Anomaly], received: Path) -> str:
    """Say in one line what is wrong."""
    named = "; ".join(
        ": ".join(filter(None, (entry.split, entry.feature, entry.description)))
        for entry in listed[:_MOST_NAMED]
    )
    more = f"; and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return (
        f"The data do not fit the schema: {' '.join((named + more).split())}. Mend the data set, "
        f"or give a schema that allows this (--schema). Received: {received}"
    )
