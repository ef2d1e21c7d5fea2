"""Figure 12: R^2 of the pitch by instrument, from the runs of Figure 11."""

from launch.reports import figure_11
from launch.reports.engine.spec import Report

REPORT = Report(
    name="figure_12",
    dataset="sps_scale/instruments",
    caption="R^2 of the pitch by instrument",
    variants=figure_11.REPORT.variants,
    columns=figure_11.REPORT.columns,
    notes=figure_11.REPORT.notes,
    picture="draw_pitch_bars",
    seeds="0",
)
