"""The paper's tables, and the same tables over one's own runs."""

import importlib

from ml_collections import ConfigDict

from launch.reports.tables.spec import PaperTable
from sps_tf.errors import check_choice

# The data sets that a table of the paper is about. What stands before a `/` has a module here.
DATASETS = (
    "sps_ball",
    "sps_ball/colorful",
    "sps_scale",
    "sps_scale/instruments",
    "sps_melody",
    "kitti_masks",
    "kitti_masks/mots",
)


def get_tables(config: ConfigDict) -> tuple[PaperTable, ...]:
    """Return the paper's tables on a config's data, the one with its main result first.

    Args:
        config: its `dataset` is read.

    Returns:
        At least one table.

    Raises:
        sps_tf.errors.UserError: if the paper has no table on these data.
    """
    dataset = check_choice("the dataset of a table", config.dataset, DATASETS)
    tables = importlib.import_module(f"launch.reports.tables.{dataset.partition('/')[0]}").TABLES
    return tables[dataset]
