"""Figure 18: R^2 of the pitch by instrument, for melodies; from the runs of Table 12."""

from launch.reports import figure_17

REPORT = figure_17.REPORT.figure(
    "figure_18",
    "R^2 of the pitch by instrument, natural melodies",
    picture="draw_pitch_bars",
)
