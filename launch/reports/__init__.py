"""The paper's tables and figures, and reports of our own: a file each, and one engine."""

import importlib

from launch.reports.engine.spec import Report
from sps_tf.errors import check_choice

# In the order of the paper; then ours.
NAMES = (
    *(f"table_{number}" for number in range(1, 14)),
    "table_13_mots",
    "table_14",
    *(f"figure_{number}" for number in range(3, 20) if number != 9),  # 1, 2 and 9 are diagrams
    "figure_19_mots",
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
