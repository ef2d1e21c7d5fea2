"""Figure 13: two trajectories of the colourful ball."""

import dataclasses

from launch.reports import figure_4

REPORT = dataclasses.replace(figure_4.REPORT, name="figure_13", dataset="sps_ball/colorful")
