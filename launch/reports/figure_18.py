"""Figure 18: R^2 of the pitch by instrument, for melodies; from the runs of Table 12."""

import dataclasses

from launch.reports import figure_17

REPORT = dataclasses.replace(
    figure_17.REPORT,
    name="figure_18",
    caption="R^2 of the pitch by instrument, natural melodies",
    picture="draw_pitch_bars",
)
