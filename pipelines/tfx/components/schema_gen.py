"""SchemaGen: the schema that the data set must fit."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.protobuf import text_format

from pipelines.tfx.validation import schemas
from pipelines.tfx.validation.statistics_files import read_statistics
from sps_tf.errors import UserError
from sps_tf.files import write_bytes

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Choose the schema: the user's, else the project's, else one inferred from "train".

    Args:
        inputs: `statistics`, what StatisticsGen made.
        outputs: `schema`, a folder to fill: `schema.pbtxt`.
        parameters: `dataset`, the data set's name, such as "sps_scale/instruments";
            `schema_path`, a file of the user's own. Both default to "".
        beam: not used.

    Returns:
        `source`: "user", "committed" or "inferred"; `n_features`: how many the schema names.

    Raises:
        UserError: if TFDV is not installed, the user's file is not a schema, or there is neither
            a schema nor a split "train".
    """
    del beam
    own, committed = parameters.get("schema_path"), None
    if not own:
        committed = schemas.committed_schema(parameters.get("dataset", ""))
    if path := Path(own) if own else committed:
        schema = schemas.read_schema(path)
        text = path.read_text(encoding="utf-8")  # as it is, for the comments
    else:
        statistics = read_statistics(inputs["statistics"])
        if "train" not in statistics:
            raise UserError(
                "Without a split 'train' no schema can be inferred: name one with --schema. "
                f"Received the splits: {', '.join(statistics)}"
            )
        schema = schemas.infer_schema(statistics["train"])
        text = text_format.MessageToString(schema)
    write_bytes(outputs["schema"] / schemas.SCHEMA_FILE, text.encode())
    source = "user" if own else "committed" if committed else "inferred"
    return {"source": source, "n_features": len(schema.feature)}
