"""Figure 13: two trajectories of the colourful ball."""

from launch.reports import parts
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_13",
    dataset="sps_ball/colorful",
    caption="two trajectories of the test split",
    variants=(parts.SPS,),
    columns=parts.GREEN_FIT,
    picture="draw_examples",
    seeds="0",
)
