"""Figure 3: the learned factor against the pitch, from the runs of Table 1."""

from launch.reports import parts, table_1
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_3",
    dataset="sps_scale",
    caption="the mapping between the learned factor and the true pitch",
    variants=table_1.REPORT.variants,
    columns=(parts.PITCH_R2, parts.SYNTHESIS_R2, parts.SYNTHESIS_R2_AUTHORS),
    picture="draw_pitch",
)
