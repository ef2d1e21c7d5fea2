"""StatisticsGen: statistics of every split, and a page that shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.tfx.validation.page import make_page
from pipelines.tfx.validation.statistics import write_statistics
from pipelines.tfx.validation.statistics_files import read_statistics
from sps_tf.files import write_bytes

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings

PAGE_FILE = "statistics.html"


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Compute the statistics of a prepared data set.

    Args:
        inputs: `examples`, the version folder of a data set that TFDS prepared.
        outputs: `statistics`, a folder to fill: `<split>.pb` and `statistics.html`.
        parameters: not used.
        beam: how Beam runs.

    Returns:
        `data_set`, its full name; `n_examples` by split; `left_out`, the features without
        statistics.

    Raises:
        UserError: if TFDV is not installed, or the data set is damaged or incomplete.
    """
    del parameters
    properties = write_statistics(inputs["examples"], outputs["statistics"], beam)
    page = make_page(read_statistics(outputs["statistics"]), properties["data_set"])
    write_bytes(outputs["statistics"] / PAGE_FILE, page.encode())
    return properties
