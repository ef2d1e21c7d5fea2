"""The evaluators of the ball's place and colour (Tables 8 to 10, Figures 14, 15; section A.5)."""

import numpy as np

from sps_tf import figures, metrics
from sps_tf.evaluation.changes import (
    compare_with_anchor,
    score_content_change,
    score_style_change,
)
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.outputs import to_numpy
from sps_tf.evaluation.report import Report
from sps_tf.metrics.disentanglement import normalise

_NAME = "place_colour"
_MAP_STEPS = 32
# Figure 14's, the anchor first, as the data bring them.
ANCHOR_COLORS = ("white", "red", "green", "blue", "pink", "yellow", "cyan")


def place_colour(context: Context) -> Report:
    """Score how well place and colour are kept apart, on balls of which one thing changes.

    The frames come with the data: the probes `colors_at_a_place`, `places_on_a_line`,
    `places_anywhere`, (group, member, height, width, channels), and `anchor_colors`, (1, colour,
    height, width, channels).

    Returns:
        `style_change/...` (another colour), `content_change/...` (another place on a horizontal
        line) and `content_change_anywhere/...`, see `sps_tf.evaluation.changes`; the picture
        `changes`.

    Raises:
        UserError: if the data bring no such frames.
    """
    settings = context.settings.changes
    colours, line, anywhere, anchor = (
        context.encode(context.probe(name, _NAME))
        for name in ("colors_at_a_place", "places_on_a_line", "places_anywhere", "anchor_colors")
    )
    scores = score_style_change(context, colours)
    scores |= score_content_change(context, line, settings.on_a_line)
    scores |= score_content_change(context, anywhere, settings.anywhere, "content_change_anywhere")
    title = "Changes from white, at x 0, y 1, z 5 m"
    return Report(metrics=scores) + compare_with_anchor(
        context, anchor[0], normalise(colours)[1], ANCHOR_COLORS, title
    )


def green_probe(context: Context) -> Report:
    """Score how linear the latents are in the place of a green ball (Table 10's test set).

    The frames come with the data, the motions of the split: the probe `green_probe`, (n, time,
    height, width, channels).

    Returns:
        `green_linear_projection_mse` and `green_linear_projection_mse_same_points`, see
        `metrics.linear_projection_mse`.

    Raises:
        UserError: if the data bring no such frames.
    """
    layout = context.model.layout
    z = context.encode(context.probe("green_probe", "green_probe"))
    content = z[..., layout.indices(layout.content)]
    settings = context.settings
    # The location factor: without a split, only the part that is called content.
    if context.has("content_and_style"):
        content = z[..., layout.indices(settings.changes.anywhere)]
    targets, names = np.asarray(context.arrays[settings.label]), tuple(settings.label_names)
    name = "green_linear_projection_mse"
    return Report(
        metrics=metrics.linear_projection_mse(content, targets, names, name=name)
        | metrics.linear_projection_mse(
            content, targets, names, held_out=False, name=f"{name}_same_points"
        )
    )


def colour_map(context: Context) -> Report:
    """Draw the decoded ball's colour over the latents of style and of place: `colour_map`."""
    title = f"Colour of the decoded ball, {context.at_step}"
    return Report(pictures={"colour_map": draw_map(context, title)})


def draw_map(context: Context, title: str) -> np.ndarray:
    """Draw Figure 15 of a model, see `figures.draw_colour_map`."""
    layout, settings = context.model.layout, context.settings.changes
    place, style = settings.on_a_line[::-1], settings.style[::-1]  # the last to the right
    codes = figures.colour_map_codes(
        *metrics.moments(context.z), layout.indices(place), layout.indices(style), _MAP_STEPS
    )
    panels = codes.reshape(-1, _MAP_STEPS**2, layout.size)  # decoded together: a panel at a time
    colours = [figures.ball_colours(to_numpy(context.model.decode(panel))) for panel in panels]
    shape = (*codes.shape[:-1], 3)
    return figures.draw_colour_map(np.reshape(colours, shape), place, style, title)
