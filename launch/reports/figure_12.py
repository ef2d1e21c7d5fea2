"""Figure 12: R^2 of the pitch by instrument, from the runs of Figure 11."""

from launch.reports import figure_11

REPORT = figure_11.REPORT.figure(
    "figure_12",
    "R^2 of the pitch by instrument",
    picture="draw_pitch_bars",
    notes=figure_11.REPORT.notes,
)
