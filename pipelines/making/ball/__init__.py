"""The bouncing-ball video of section 4.2: physics, renderer and trajectories.

Importing the package is cheap; the first rendered frame loads TensorFlow.
"""

from pipelines.making.ball.physics import FRAME_SECS, N_FRAMES, simulate
from pipelines.making.ball.renderer import render_frames
from pipelines.making.ball.trajectories import SCENES, make_example

__all__ = ["FRAME_SECS", "N_FRAMES", "SCENES", "make_example", "render_frames", "simulate"]
