"""The pictures of reports, from what finished runs have left in their folders.

Each function takes the plan of a report, its outcomes and the folder of the data sets, and returns
a picture (height, width, 3) uint8 with its caption; None where no run has what it shows.
"""

from launch.reports.pictures.plain import (
    draw_boxes,
    draw_curves,
    draw_grids,
    draw_pitch,
    draw_pitch_bars,
    draw_traversals,
)
from launch.reports.pictures.style import (
    draw_changes,
    draw_colour_maps,
    draw_examples,
    draw_place_traversals,
)

__all__ = [
    "draw_boxes",
    "draw_changes",
    "draw_colour_maps",
    "draw_curves",
    "draw_examples",
    "draw_grids",
    "draw_pitch",
    "draw_pitch_bars",
    "draw_place_traversals",
    "draw_traversals",
]
