"""Figure 14: changes of colour, against white."""

from launch.reports import parts, table_9
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_14",
    dataset="sps_ball/colorful",
    caption="changes of content and style for other colours than white, at one place",
    variants=table_9.REPORT.variants,
    columns=parts.CHANGE_RATIOS,
    picture="draw_changes",
    seeds="0",
)
