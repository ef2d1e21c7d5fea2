"""Figure 4: two trajectories of the bouncing ball."""

from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_4",
    dataset="sps_ball",
    caption="two trajectories of the test split",
    variants=(),
    columns=(),
    picture="draw_examples",
    seeds="0",
)
