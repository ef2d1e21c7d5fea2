"""Figure 19: the pedestrian as one latent at a time moves; from the runs of Table 13."""

from launch.reports import table_13
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_19",
    dataset="kitti_masks",
    caption="latent traversals of the masks",
    variants=table_13.REPORT.variants,
    columns=table_13.REPORT.columns[2:],
    picture="draw_traversals",
    seeds="0",
)
