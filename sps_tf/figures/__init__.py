"""Pictures of a model as uint8 RGB arrays, for TensorBoard and PNG files alike.

Pure functions of arrays, drawn by matplotlib without its global state: no file access, no
window, the same bytes from the same arrays. matplotlib is imported when a picture is drawn.
"""

from sps_tf.figures.box_plot import draw_boxes
from sps_tf.figures.branches import draw_branches
from sps_tf.figures.change_bars import draw_change_bars
from sps_tf.figures.colour_map import ball_colours, colour_map_codes, draw_colour_map
from sps_tf.figures.coordinate_grid import (
    BALL_GRID,
    CoordinateGrid,
    draw_coordinate_grid,
    draw_coordinate_grid_rows,
)
from sps_tf.figures.error_curves import draw_error_curves
from sps_tf.figures.image_table import draw_image_table
from sps_tf.figures.latent_curves import Thinned, draw_latent_curves
from sps_tf.figures.latent_scatter import draw_latent_scatter
from sps_tf.figures.pitch import draw_pitch_figure
from sps_tf.figures.pitch_bars import draw_pitch_bars
from sps_tf.figures.spectrogram_strips import Strip, draw_spectrogram_strips
from sps_tf.figures.traversal import draw_traversal, traversal_codes

__all__ = [
    "BALL_GRID",
    "CoordinateGrid",
    "Strip",
    "Thinned",
    "ball_colours",
    "colour_map_codes",
    "draw_boxes",
    "draw_branches",
    "draw_change_bars",
    "draw_colour_map",
    "draw_coordinate_grid",
    "draw_coordinate_grid_rows",
    "draw_error_curves",
    "draw_image_table",
    "draw_latent_curves",
    "draw_latent_scatter",
    "draw_pitch_bars",
    "draw_pitch_figure",
    "draw_spectrogram_strips",
    "draw_traversal",
    "traversal_codes",
]
