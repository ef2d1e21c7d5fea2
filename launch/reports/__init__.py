"""The paper's tables and figures, and reports of our own: a file each, and one engine."""

import importlib

from launch.reports.engine.spec import Report
from sps_tf.errors import check_choice

# In the order of the paper; then ours.
NAMES = (
    "table_1",
    "table_2",
    "table_3",
    "table_4",
    "table_5",
    "table_6",
    "table_7",
    "table_8",
    "table_9",
    "table_10",
    "table_11",
    "table_12",
    "table_13",
    "table_13_mots",
    "figure_3",
    "figure_5",
    "figure_6",
    "figure_7",
    "figure_8",
    *(f"figure_{number}" for number in range(10, 17)),
    "ablation",
    "error_over_time",
)


def get_report(name: str) -> Report:
    """Return a report, which stands in the file of its name.

    Args:
        name: one of `NAMES`.

    Returns:
        The report.

    Raises:
        UserError: if the name is unknown.
    """
    check_choice("report", name, NAMES)
    return importlib.import_module(f"launch.reports.{name}").REPORT
