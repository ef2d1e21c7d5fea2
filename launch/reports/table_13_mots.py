"""Table 13 on masks from KITTI-MOTS, whose sequences others have annotated."""

import dataclasses

from launch.reports import table_13

REPORT = dataclasses.replace(
    table_13.REPORT,
    name="table_13_mots",
    dataset="kitti_masks/mots",
    notes=(
        *table_13.REPORT.notes,
        "These sequences come from other annotations than the paper's (`kitti_masks/mots`).",
    ),
)
