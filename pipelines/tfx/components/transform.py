"""Transform: the examples as training reads them, and constants of the training split."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.tfx.transformation.transform import transform_data_set

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Transform all splits.

    Args:
        inputs: `examples`, a prepared data set; `schema` and `anomalies` are not read: that
            they are there says that the examples were validated.
        outputs: `transformed`.
        parameters: `front_end`, see `sps_tf.audio.front_ends`.
        beam: how Beam runs.

    Returns:
        Numbers of sequences, and the size of the frames.
    """
    return transform_data_set(
        inputs["examples"], outputs["transformed"], parameters["front_end"], beam
    )
