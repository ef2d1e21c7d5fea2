"""Figure 19 on masks from KITTI-MOTS; from the runs of Table 13 on them."""

from launch.reports import figure_19, table_13_mots

REPORT = table_13_mots.REPORT.figure(
    "figure_19_mots",
    figure_19.REPORT.caption,
    picture=figure_19.REPORT.picture,
    columns=figure_19.REPORT.columns,
    notes=table_13_mots.REPORT.notes[-1:],
)
