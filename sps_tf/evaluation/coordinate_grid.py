"""The evaluator that encodes the ball at each point of a grid of true places (Figure 7)."""

from sps_tf import figures
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.report import Report

_NAME = "coordinate_grid"


def coordinate_grid(context: Context) -> Report:
    """Encode the ball at each of `figures.BALL_GRID.points()`, and draw the grid in latent space.

    The frames, (point, 1, height, width, channels), come with the data as the probe
    `coordinate_grid`.

    Returns:
        The picture `coordinate_grid`; for the history `grid`, (point, 2): the two latents that
        are not free, or the first and the last where the group leaves not just one free.

    Raises:
        UserError: if the data bring no such frames.
    """
    frames = context.probe(_NAME, _NAME)
    layout = context.model.layout
    plane = [name for name in layout.content if name not in context.free_latents]
    plane = plane if len(plane) == 2 else [layout.content[0], layout.content[-1]]
    grid = context.encode(frames)[:, 0, layout.indices(plane)]
    title = f"Grid of true positions (1 m), {context.at_step}"
    picture = figures.draw_coordinate_grid(grid, figures.BALL_GRID, plane, title)
    return Report(pictures={_NAME: picture}, history={"grid": grid})
