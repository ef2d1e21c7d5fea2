"""Figure 19: the pedestrian as one latent at a time moves; from the runs of Table 13."""

from launch.reports import table_13

REPORT = table_13.REPORT.figure(
    "figure_19",
    "latent traversals of the masks",
    picture="draw_traversals",
    columns=table_13.REPORT.columns[2:],
)
