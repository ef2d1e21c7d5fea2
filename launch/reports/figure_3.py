"""Figure 3: the learned factor against the pitch, from the runs of Table 1."""

from launch.reports import parts, table_1

REPORT = table_1.REPORT.figure(
    "figure_3",
    "the mapping between the learned factor and the true pitch",
    picture="draw_pitch",
    columns=(parts.PITCH_R2, parts.SYNTHESIS_R2, parts.SYNTHESIS_R2_AUTHORS),
    seeds=table_1.REPORT.seeds,
)
