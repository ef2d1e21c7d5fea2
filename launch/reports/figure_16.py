"""Figure 16: the ball as one latent of place at a time moves."""

from launch.reports import parts, table_10
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_16",
    dataset="sps_ball/colorful",
    caption="latent traversals of the place",
    variants=table_10.REPORT.variants,
    columns=parts.GREEN_FIT,
    notes=("The style is that of the test sequence whose ball stands out most.",),
    picture="draw_place_traversals",
    seeds="0",
)
