"""Figure 14: changes of colour, against white; from the runs of Table 9."""

from launch.reports import table_9

REPORT = table_9.REPORT.figure(
    "figure_14",
    "changes of content and style for other colours than white, at one place",
    picture="draw_changes",
)
