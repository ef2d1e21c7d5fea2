"""Each latent against each true label, as small scatter plots."""

from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.figures.canvas import new_figure, to_rgb

_PANEL_PX = 190


def draw_latent_scatter(
    z: np.ndarray,
    targets: np.ndarray,
    latent_names: Sequence[str],
    label_names: Sequence[str],
    title: str,
    max_points: int = 2000,
) -> np.ndarray:
    """Plot each latent (rows) against each true label (columns), with the squared correlation.

    A straight line in a panel is a latent that is linear in that label.

    Args:
        z: (n, time, latent).
        targets: (n, time, label), in the label's own unit.
        latent_names: One a latent.
        label_names: One a label, with the unit if it has one.
        title: Above the panels.
        max_points: At most so many points are drawn, evenly spread over the data; the
            correlation is of all. Default 2000.

    Returns:
        (height, width, 3) uint8.

    Raises:
        UserError: Shapes or names that do not belong together.
    """
    n_latents, n_labels = len(latent_names), len(label_names)
    if z.shape[:-1] != targets.shape[:-1] or (z.shape[-1], targets.shape[-1]) != (
        n_latents,
        n_labels,
    ):
        raise UserError(
            f"a scatter of {n_latents} named latents against {n_labels} named labels needs "
            f"arrays that share their first axes. Received: shapes {z.shape} and {targets.shape}"
        )
    z, targets = z.reshape(-1, n_latents), targets.reshape(-1, n_labels)
    drawn = np.unique(np.linspace(0, len(z) - 1, min(max_points, len(z))).astype(int))
    figure = new_figure(max(_PANEL_PX * n_labels + 60, 360), _PANEL_PX * n_latents + 60)
    panels = figure.subplots(n_latents, n_labels, sharex="col", sharey="row", squeeze=False)
    for row, column in np.ndindex(n_latents, n_labels):
        axes = panels[row, column]
        axes.scatter(targets[drawn, column], z[drawn, row], s=3, alpha=0.35, linewidths=0)
        axes.set_title(_correlation(z[:, row], targets[:, column]), fontsize=9, pad=3)
        axes.tick_params(labelsize=8)
    for axes, name in zip(panels[-1], label_names, strict=True):
        axes.set_xlabel(name, fontsize=10)
    for axes, name in zip(panels[:, 0], latent_names, strict=True):
        axes.set_ylabel(name, fontsize=10)
    figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    return to_rgb(figure)


def _correlation(z: np.ndarray, target: np.ndarray) -> str:
    if z.std() == 0 or target.std() == 0:
        return "constant"
    return f"r² = {np.corrcoef(z, target)[0, 1] ** 2:.2f}"
