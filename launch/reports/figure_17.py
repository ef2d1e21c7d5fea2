"""Figure 17: the learned factor against the pitch, for melodies; from the runs of Table 12."""

from launch.reports import table_12

REPORT = table_12.REPORT.figure(
    "figure_17",
    "the mapping between the 1-D content factor and the true pitch, natural melodies",
    picture="draw_pitch",
    columns=table_12.REPORT.columns[3:],
)
