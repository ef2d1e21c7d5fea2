"""Linear-projection MSE: how linear the latents are in the true coordinates (section 4.2.2)."""

import logging
from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError
from sps_tf.metrics.latent_statistics import check_sequences


def linear_projection_mse(
    z: np.ndarray,
    targets: np.ndarray,
    label_names: Sequence[str],
    *,
    held_out: bool = True,
    name: str = "linear_projection_mse",
) -> dict[str, float]:
    """Score an ordinary least-squares fit from the latents to the true labels.

    Tables 2 and 10: each label is divided by its standard deviation over all points, so that 0 is
    a perfect fit and 1 is no better than the mean. The paper fits and scores on the same points;
    by default the fit is held out instead: made on every second trajectory, scored on the
    others, then the other way round, so that each point is scored once. Probe from some latents
    only by handing over those columns.

    Args:
        z: (n, time, latent), any unit.
        targets: (n, time, label), any unit.
        label_names: Names of the labels, in order.
        held_out: False fits and scores on the same points, as the authors do.
        name: What the keys begin with.

    Returns:
        `<name>/<label>` for each label and `<name>`, their mean. A label that never changes has
        no score: it is left out of both, with a warning.

    Raises:
        UserError: Shapes that do not belong together, values that are not finite, too few
            trajectories or points for a fit, or no label that changes.
    """
    z, targets = check_sequences("latents", z), check_sequences("labels", targets)
    _check_together(z, targets, label_names)
    scaled, kept_names = _scale(targets, label_names)
    folds = _halves(len(z)) if held_out else [(np.arange(len(z)), np.arange(len(z)))]
    _check_enough_points(z, folds)
    squared_errors = np.concatenate(
        [_squared_errors(z, scaled, fitted, scored) for fitted, scored in folds]
    )
    mse = squared_errors.mean(axis=0)
    scores = {f"{name}/{label}": float(v) for label, v in zip(kept_names, mse, strict=True)}
    return {name: float(mse.mean()), **scores}


def _check_together(z: np.ndarray, targets: np.ndarray, label_names: Sequence[str]) -> None:
    if z.shape[:2] != targets.shape[:2]:
        raise UserError(
            "latents and labels must share the axes (n, time). "
            f"Received: shapes {z.shape} and {targets.shape}"
        )
    if len(label_names) != targets.shape[-1]:
        raise UserError(
            f"label_names must name each of the {targets.shape[-1]} labels. "
            f"Received: {tuple(label_names)}"
        )


def _scale(targets: np.ndarray, label_names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Divide labels by their standard deviation; drop the constant ones."""
    std = targets.std(axis=(0, 1))
    # Relative, so that rounding in the mean of equal numbers does not pass for a spread.
    changes = std > 1e-9 * np.abs(targets).max(axis=(0, 1))
    constant = [label for label, change in zip(label_names, changes, strict=True) if not change]
    if not changes.any():
        raise UserError(
            f"a linear probe needs a label that changes. Received: constant {', '.join(constant)}"
        )
    if constant:
        logging.warning("No linear-projection MSE for %s: constant.", ", ".join(constant))
    kept = [label for label, change in zip(label_names, changes, strict=True) if change]
    return targets[..., changes] / std[changes], kept


def _halves(n: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split trajectory numbers into even and odd; a sorted data set then covers both halves."""
    even, odd = np.arange(0, n, 2), np.arange(1, n, 2)
    return [(even, odd), (odd, even)]


def _check_enough_points(z: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]) -> None:
    n_points = min(len(fitted) for fitted, _ in folds) * z.shape[1]
    n_coefficients = z.shape[-1] + 1
    if n_points <= n_coefficients:
        raise UserError(
            f"a linear probe of {z.shape[-1]} latents needs more than {n_coefficients} points for "
            f"each fit; use more test trajectories. Received: {n_points} points "
            f"({len(z)} trajectories of {z.shape[1]} frames)"
        )


def _squared_errors(
    z: np.ndarray, targets: np.ndarray, fitted: np.ndarray, scored: np.ndarray
) -> np.ndarray:
    """Fit on some trajectories, score on others: (points, label)."""
    from sklearn.linear_model import LinearRegression

    def points(values: np.ndarray, which: np.ndarray) -> np.ndarray:
        return values[which].reshape(-1, values.shape[-1])

    fit = LinearRegression().fit(points(z, fitted), points(targets, fitted))
    return (fit.predict(points(z, scored)) - points(targets, scored)) ** 2
