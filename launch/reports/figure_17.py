"""Figure 17: the learned factor against the pitch, for melodies; from the runs of Table 12."""

from launch.reports import table_12
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_17",
    dataset="sps_melody",
    caption="the mapping between the 1-D content factor and the true pitch, natural melodies",
    variants=table_12.REPORT.variants,
    columns=table_12.REPORT.columns[3:],
    picture="draw_pitch",
    seeds="0",
)
