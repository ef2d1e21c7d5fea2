"""The pictures of studies, from what finished runs have left in their folders."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from launch.reports.tables.figure import choose_run
from launch.reports.tables.outcomes import Outcome
from sps_tf import files
from sps_tf.runs.folder import Run
from sps_tf.runs.history import Look, read_looks

if TYPE_CHECKING:
    import numpy as np

MSE = "test/linear_projection_mse"
_MSE_NAME = "linear projection MSE, held out"
_N_COLUMNS = 6


def draw_traversals(
    outcomes: Sequence[Outcome], folder: Path, data_dir: str | None = None
) -> dict[str, str] | None:
    """Draw Figure 5: one latent at a time moves, of each variant the run of median MSE.

    Args:
        outcomes: the runs.
        folder: where the picture goes.
        data_dir: folder of the data sets, whose test split tells the latents' spread.

    Returns:
        `file` and `caption`; None where no run has finished.
    """
    chosen = _choose(outcomes)
    if not chosen:
        return None
    import numpy as np

    from sps_tf import figures

    rows, names = [], []
    frames = _test_frames(chosen[0], data_dir)
    for outcome in chosen:
        images, latents = _traverse(outcome, frames)
        mse = f"{outcome.results['metrics'][MSE]:.2f}"
        rows.append(images)
        names += [f"{outcome.run.label}, MSE {mse}   {latents[0]}", *latents[1:]]
    picture = figures.draw_traversal(
        np.concatenate(rows), names, "Latent traversal", rows_per_group=len(latents)
    )
    return _save(picture, folder, "figure_5", f"Latent traversal: {_names(chosen)}")


def draw_grids(
    outcomes: Sequence[Outcome], folder: Path, data_dir: str | None = None
) -> dict[str, str] | None:
    """Draw Figure 7: a grid of true positions in latent space, a column a step, a row a variant.

    Args:
        outcomes: the runs; of each variant the one of median MSE is shown.
        folder: where the picture goes.
        data_dir: not read.

    Returns:
        `file` and `caption`; None where no run has recorded its grid.
    """
    found = [(outcome, _grid_looks(outcome)) for outcome in _choose(outcomes)]
    chosen = [outcome for outcome, own in found if own]
    looks = [own for _, own in found if own]
    if not looks:
        return None
    import numpy as np

    from sps_tf import figures

    steps = _spread(sorted(set.intersection(*(set(own) for own in looks))))
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
        f"standard deviation; step 0 is after the warm start: {_names(chosen)}"
    )
    return _save(picture, folder, "figure_7", caption)


def draw_curves(
    outcomes: Sequence[Outcome], folder: Path, data_dir: str | None = None
) -> dict[str, str] | None:
    """Draw the held-out error of every run against its wall time.

    Args:
        outcomes: the runs.
        folder: where the picture goes.
        data_dir: not read.

    Returns:
        `file` and `caption`; None where no run has recorded its looks.
    """
    import numpy as np

    from sps_tf import figures

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
    return _save(picture, folder, "error_over_time", f"Held-out error over time: {_names(shown)}")


def draw_box_figure(
    outcomes: Sequence[Outcome],
    folder: Path,
    data_dir: str | None = None,
    name: str = "",
    places: Mapping[str, tuple[str, str]] | None = None,
    group_name: str = "",
) -> dict[str, str] | None:
    """Draw Figures 6 and 8: the held-out error as a box a variant.

    Args:
        outcomes: the runs.
        folder: where the picture goes.
        data_dir: not read.
        name: of the picture, such as "figure_6".
        places: series and group of each variant. Default None: one series, a group a variant.
        group_name: below the picture. Default: nothing.

    Returns:
        `file` and `caption`; None where no run has finished.
    """
    series: dict[str, dict[str, list[float]]] = {}
    shown = []
    for outcome in outcomes:
        own, group = places[outcome.run.row] if places else ("", outcome.run.label)
        values = series.setdefault(own, {}).setdefault(group, [])
        value = (outcome.results or {"metrics": {}})["metrics"].get(MSE, math.nan)
        if math.isfinite(value):
            values.append(value)
            shown.append(outcome)
    if not shown:
        return None
    from sps_tf import figures

    title = f"{name.replace('_', ' ').capitalize()}, {len(shown)} runs"
    picture = figures.draw_boxes(series, _MSE_NAME, title, group_name)
    return _save(picture, folder, name, f"Boxes over seeds, points are runs: {_names(shown)}")


def _choose(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return of each variant the finished run of median MSE."""
    rows = dict.fromkeys(outcome.run.row for outcome in outcomes)
    of_rows = [[outcome for outcome in outcomes if outcome.run.row == row] for row in rows]
    return [run for of_row in of_rows if (run := choose_run(of_row, MSE)) is not None]


def _test_frames(outcome: Outcome, data_dir: str | None) -> "np.ndarray":
    from datasets.loading import load_data

    split = outcome.run.config.evaluation.split
    return load_data(outcome.run.config, (split,), data_dir).splits[split]["frames"]


def _traverse(outcome: Outcome, frames: "np.ndarray") -> tuple["np.ndarray", list[str]]:
    """Return (latent, step, height, width, channels) of a run's decoder, and the latents' names."""
    from sps_tf import figures, metrics
    from sps_tf.evaluation import encode
    from sps_tf.evaluation.outputs import to_numpy
    from sps_tf.runs import checkpoints

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


def _normalise(plane: "np.ndarray") -> "np.ndarray":
    """Centre two latents and divide them by their common spread; shape is what is to be seen."""
    centred = plane - plane.mean(axis=0)
    return centred / max(centred.std(), 1e-9)


def _names(outcomes: Sequence[Outcome]) -> str:
    return ", ".join(outcome.run.name for outcome in outcomes)


def _save(picture: "np.ndarray", folder: Path, name: str, caption: str) -> dict[str, str]:
    files.write_png(folder / f"{name}.png", picture)
    return {"file": f"{name}.png", "caption": caption}
