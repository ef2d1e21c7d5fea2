"""Evaluators that compare latents with labels (MSE of Tables 2, 3 and 13; Figure 2).

`linear_probe` and `latent_scatter` take the data set's own labels. `location_probe` and
`location_scatter` take the places that are estimated from the masks of KITTI, "MSE 2" of Table 13.
"""

from collections.abc import Sequence

import numpy as np

from sps_tf import figures, metrics
from sps_tf.errors import UserError
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.report import Report
from sps_tf.metrics.location import LOCATION_NAMES, estimate_location

_LOCATION = "kitti_location"


def linear_probe(context: Context) -> Report:
    """Score how linear the latents are in the labels.

    Returns:
        `linear_projection_mse`, held out; `linear_projection_mse_same_points`, as the authors
        do; and of a model with free latents `free_latent_mse/<label>`, of those alone.
    """
    targets = context.arrays[context.settings.label]
    return Report(metrics=_probe(context, targets, context.settings.label_names, ""))


def body_probe(context: Context) -> Report:
    """Score how linear each body's own latents are in one body's labels. Not in the paper.

    The labels are those of one body after another's, as many of each. Which part of the latents
    tells of which body is up to the model: the bodies are paired so that the error is lowest.

    Returns:
        `own_body_mse/<label>`, `own_body_mse`, held out, of the part that a body is paired with;
        and `other_body_mse`, from the other parts: 1 where these know nothing of it. Balls that
        all fly away in time have distances that tell of one another.

    Raises:
        UserError: if the labels do not part into as many bodies as the latents.
    """
    from scipy.optimize import linear_sum_assignment

    layout, settings = context.model.layout, context.settings
    targets, names, n = context.arrays[settings.label], settings.label_names, layout.n_bodies
    if len(names) % n:
        raise UserError(
            f"body_probe needs the same labels of each of the {n} bodies. Received: {tuple(names)}"
        )
    # Of each label (column) from each part of the latents (row).
    probed = [
        metrics.linear_projection_mse(part, targets, names, name="mse")
        for part in np.split(context.content, n, axis=-1)
    ]
    labels = [label for label in names if f"mse/{label}" in probed[0]]
    errors = np.array([[scores[f"mse/{label}"] for label in labels] for scores in probed])
    body = np.array([list(names).index(label) * n // len(names) for label in labels])
    sums = np.stack([errors[:, body == b].sum(axis=1) for b in range(n)], axis=1)
    part_of = np.argsort(linear_sum_assignment(sums)[1])
    own = errors[part_of[body], np.arange(len(labels))]
    others = (errors.sum(axis=0) - own) / (n - 1)
    scores = {f"own_body_mse/{label}": float(e) for label, e in zip(labels, own, strict=True)}
    means = {"own_body_mse": float(own.mean()), "other_body_mse": float(others.mean())}
    return Report(metrics=means | scores)


def location_probe(context: Context) -> Report:
    """Score how linear the latents are in the estimated location: `linear_probe`, with `_2`."""
    return Report(metrics=_probe(context, _locate(context), LOCATION_NAMES, "_2"))


def latent_scatter(context: Context) -> Report:
    """Draw each latent against each label: `latent_against_<labels>`."""
    settings = context.settings
    unit = f" ({settings.label_unit})" if settings.label_unit else ""
    names = [name + unit for name in settings.label_names]
    targets = context.arrays[settings.label]
    return _scatter(context, targets, names, settings.label, f"true {settings.label}")


def location_scatter(context: Context) -> Report:
    """Draw each latent against the estimated location: `latent_against_kitti_location`."""
    targets = _locate(context)
    return _scatter(context, targets, LOCATION_NAMES, _LOCATION, f"derived {_LOCATION}")


def _locate(context: Context) -> np.ndarray:
    return estimate_location(context.arrays[context.settings.label])


def _probe(
    context: Context, targets: np.ndarray, names: Sequence[str], suffix: str
) -> dict[str, float]:
    names, name = tuple(names), f"linear_projection_mse{suffix}"
    scores = metrics.linear_projection_mse(context.content, targets, names, name=name)
    scores |= metrics.linear_projection_mse(
        context.content, targets, names, held_out=False, name=f"{name}_same_points"
    )
    if context.free_latents:
        z_free = context.z[..., context.model.layout.indices(context.free_latents)]
        name = f"free_latent_mse{suffix}"
        scores |= metrics.linear_projection_mse(z_free, targets, names, name=name)
        # Each label is a question of its own; a mean over them would say nothing.
        del scores[name]
    return scores


def _scatter(
    context: Context, targets: np.ndarray, names: Sequence[str], name: str, called: str
) -> Report:
    title = f"Latents against the {called}, {context.at_step}"
    picture = figures.draw_latent_scatter(
        context.z, targets, context.model.layout.names, names, title
    )
    return Report(pictures={f"latent_against_{name}": picture})
