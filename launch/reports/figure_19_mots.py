"""Figure 19 on masks from KITTI-MOTS; from the runs of Table 13 on them."""

import dataclasses

from launch.reports import figure_19, table_13_mots

REPORT = dataclasses.replace(
    figure_19.REPORT,
    name="figure_19_mots",
    dataset="kitti_masks/mots",
    notes=table_13_mots.REPORT.notes[-1:],
)
