"""Pictures of plain SPS and its baselines (Figures 3, 5 to 8, 11, 12, 17 to 19)."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from datasets.loading import load_data
from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.plan import Plan
from launch.reports.engine.spec import Report
from launch.reports.engine.summary import group_by_variant
from launch.reports.pictures.choosing import (
    Drawn,
    choose_run,
    choose_runs,
    name_runs,
    read_arrays,
)
from sps_tf import figures, metrics
from sps_tf.evaluation import encode
from sps_tf.evaluation.outputs import to_numpy
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import POINTS_FILE, Run
from sps_tf.runs.history import Look, read_looks

MSE = "test/linear_projection_mse"
_PITCH_R2 = "test/pitch_r2"
_MSE_NAME = "linear projection MSE, held out"
_N_COLUMNS = 6


def draw_pitch(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw the learned factor and the synthesised pitch of each variant (Figure 3).

    The paper does not say which of its ten runs it shows; here it is the run whose R^2 of the
    learned factor is the median, the lower of the two in the middle.
    """
    points, caption = _median_points(plan.report, outcomes)
    if not points:
        return None
    return figures.draw_pitch_figure(points, plan.report.full_title), caption


def draw_pitch_bars(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figures 12 and 18: R^2 by instrument, of the runs that `draw_pitch` chooses."""
    points, caption = _median_points(plan.report, outcomes)
    if not points:
        return None
    return figures.draw_pitch_bars(points, plan.report.full_title), caption


def _median_points(
    report: Report, outcomes: Sequence[Outcome]
) -> tuple[dict[str, dict[str, np.ndarray]], str]:
    """Return the points of the run of median R^2 by the label of its variant, and a caption."""
    points, shown, left_out = {}, [], []
    for name, runs in group_by_variant(outcomes).items():
        chosen = choose_run(runs, _PITCH_R2)
        found = read_arrays(chosen, POINTS_FILE) if chosen else None
        if found is None:
            left_out.append(name)
        else:
            points[chosen.run.label] = found
            shown.append(chosen)
    caption = f"{report.title}, of each method the run of median R^2: {name_runs(shown)}"
    caption += f"; without points: {', '.join(left_out)}" if left_out else ""
    return points, caption


def draw_traversals(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figure 5: one latent at a time moves, of each variant the run of median MSE.

    The test split tells the latents' spread.
    """
    chosen = choose_runs(outcomes, MSE)
    if not chosen:
        return None
    config = chosen[0].run.config
    split = config.evaluation.split
    frames = load_data(config, (split,), data_dir).splits[split]["frames"]
    rows, names = [], []
    for outcome in chosen:
        images, latents = _traverse(outcome, frames)
        mse = f"{outcome.results['metrics'][MSE]:.2f}"
        rows.append(images)
        names += [f"{outcome.run.label}, MSE {mse}   {latents[0]}", *latents[1:]]
    picture = figures.draw_traversal(
        np.concatenate(rows), names, plan.report.full_title, rows_per_group=len(latents)
    )
    return picture, f"Latent traversal: {name_runs(chosen)}"


def draw_grids(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figure 7: a grid of true positions in latent space, a column a step, a row a variant.

    Of each variant the run of median MSE is shown.
    """
    found = [(outcome, _grid_looks(outcome)) for outcome in choose_runs(outcomes, MSE)]
    chosen = [outcome for outcome, own in found if own]
    looks = [own for _, own in found if own]
    steps = _spread(sorted(set.intersection(*map(set, looks)))) if looks else []
    if not steps:
        return None
    planes = [[_normalise(np.array(own[step].grid)) for step in steps] for own in looks]
    picture = figures.draw_coordinate_grid_rows(
        planes,
        figures.BALL_GRID,
        ("first latent", "second latent"),
        [f"step {step}" for step in steps],
        [outcome.run.label for outcome in chosen],
    )
    caption = (
        "The grid of true positions (1 m) in the two latents that are not free, each over its "
        f"standard deviation; step 0 is after the warm start: {name_runs(chosen)}"
    )
    return picture, caption


def draw_curves(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw the held-out error of every run against its wall time."""
    curves, shown = {}, []
    for outcome in (outcome for outcome in outcomes if outcome.status == "finished"):
        looks = [look for look in _looks(outcome) if math.isfinite(look.metrics.get(MSE, math.nan))]
        if looks:
            points = np.array([[look.step, look.seconds, look.metrics[MSE]] for look in looks])
            curves.setdefault(outcome.run.label, []).append(points)
            shown.append(outcome)
    if not curves:
        return None
    picture = figures.draw_error_curves(curves, _MSE_NAME, "Error over the time of training")
    return picture, f"Held-out error over time: {name_runs(shown)}"


def draw_boxes(
    plan: Plan,
    outcomes: Sequence[Outcome],
    data_dir: str | None = None,
    places: Mapping[str, tuple[str, str]] | None = None,
    group_name: str = "",
) -> Drawn | None:
    """Draw Figures 6 and 8: the held-out error as a box a variant.

    `places` gives series and group of each variant, by default one series and a group a variant;
    `group_name` stands below the picture.
    """
    series: dict[str, dict[str, list[float]]] = {}
    shown = []
    for outcome in outcomes:
        name, group = (places or {}).get(outcome.run.variant.name, ("", outcome.run.label))
        values = series.setdefault(name, {}).setdefault(group, [])
        value = (outcome.results or {"metrics": {}})["metrics"].get(MSE, math.nan)
        if math.isfinite(value):
            values.append(value)
            shown.append(outcome)
    if not shown:
        return None
    title = f"{plan.report.full_title}, {len(shown)} runs"
    picture = figures.draw_boxes(series, _MSE_NAME, title, group_name)
    return picture, f"Boxes over seeds, points are runs: {name_runs(shown)}"


def _traverse(outcome: Outcome, frames: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return (latent, step, height, width, channels) of a run's decoder, and the latents' names."""
    model = checkpoints.load_model(Run(outcome.run.workdir).model_path)
    moments = metrics.moments(encode(model, frames, outcome.run.config.evaluation.batch_size))
    codes = figures.traversal_codes(*moments)
    return to_numpy(model.decode(codes)), list(model.layout.names)


def _looks(outcome: Outcome) -> list[Look]:
    return read_looks(Run(outcome.run.workdir).history)


def _grid_looks(outcome: Outcome) -> dict[int, Look]:
    return {look.step: look for look in _looks(outcome) if look.grid is not None}


def _spread(steps: list[int]) -> list[int]:
    """Return at most so many steps as a page has room for, the first and the last among them."""
    n = min(_N_COLUMNS, len(steps))
    if n < 2:
        return steps
    return [steps[round(i * (len(steps) - 1) / (n - 1))] for i in range(n)]


def _normalise(plane: np.ndarray) -> np.ndarray:
    """Centre two latents and divide them by their common spread; shape is what is to be seen."""
    centred = plane - plane.mean(axis=0)
    return centred / max(centred.std(), 1e-9)
