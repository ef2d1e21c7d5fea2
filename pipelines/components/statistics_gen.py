"""StatisticsGen: statistics of every split, and a page that shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.optional import require_module

if TYPE_CHECKING:
    from pipelines.beam_settings import BeamSettings

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
        parameters: `dataset`, the name that the page shows. Default: the folder's.
        beam: how Beam runs.

    Returns:
        `n_examples` by split, and `left_out`: the features without statistics.

    Raises:
        UserError: if TFDV is not installed, or the data set is damaged or incomplete.
    """
    require_module("tensorflow_data_validation")
    from launch.files import write_bytes
    from pipelines.validation.page import make_page
    from pipelines.validation.statistics import write_statistics
    from pipelines.validation.statistics_files import read_statistics

    properties = write_statistics(inputs["examples"], outputs["statistics"], beam)
    title = parameters.get("dataset", inputs["examples"].name)
    page = make_page(read_statistics(outputs["statistics"]), title)
    write_bytes(outputs["statistics"] / PAGE_FILE, page.encode())
    return properties
