"""The pictures of SPS+ (Figures 10 to 16); see `launch.reports.pictures`."""

from collections.abc import Sequence

import numpy as np
from ml_collections import ConfigDict

from datasets.loading import load_data
from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.plan import Plan
from launch.reports.pictures.choosing import Drawn, choose_runs, name_runs, read_arrays
from sps_tf import figures, metrics
from sps_tf.data import Arrays
from sps_tf.evaluation import Context
from sps_tf.evaluation.outputs import to_numpy
from sps_tf.evaluation.place_colour import draw_map
from sps_tf.frames import pixelwise_median, to_unit
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import CHANGES_FILE, Run

_RATIO = "test/style_change/ratio"
_GREEN_MSE = "test/green_linear_projection_mse"
_N_EXAMPLES = 2
_N_STEPS = 5  # Figure 16's
_PLACES = 3


def draw_changes(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figures 10 and 14: a panel a variant, of each the run of median ratio."""
    found = [(run, read_arrays(run, CHANGES_FILE)) for run in choose_runs(outcomes, _RATIO)]
    bars = {run.run.label: arrays for run, arrays in found if arrays is not None}
    if not bars:
        return None
    names = name_runs([run for run, arrays in found if arrays is not None])
    picture = figures.draw_change_bars(bars, plan.report.full_title)
    return picture, f"Changes from an anchor, of each the run of median ratio: {names}"


def draw_examples(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figures 4 and 13: two trajectories of the test split."""
    config = plan.config
    frames = to_unit(_load(config, data_dir)["frames"][:_N_EXAMPLES])
    times = [str(t + 1) for t in range(frames.shape[1])]
    names = [f"trajectory {i + 1}" for i in range(len(frames))]
    return figures.draw_image_table(frames, names, times, plan.report.full_title, "frame"), (
        f"The first {len(frames)} trajectories of the {config.evaluation.split} split"
    )


def draw_colour_maps(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figure 15: a map a variant, of each the run of median ratio."""
    chosen = choose_runs(outcomes, _RATIO)
    if not chosen:
        return None
    maps = [draw_map(_context(run, data_dir), run.run.label) for run in chosen]
    return np.concatenate(maps, axis=1), f"Colour maps: {name_runs(chosen)}"


def draw_place_traversals(
    plan: Plan, outcomes: Sequence[Outcome], data_dir: str | None = None
) -> Drawn | None:
    """Draw Figure 16: the latents of place move, of each variant the run of median MSE."""
    chosen = choose_runs(outcomes, _GREEN_MSE)
    if not chosen:
        return None
    rows, names = [], []
    for outcome in chosen:
        context = _context(outcome, data_dir)
        mean, std = metrics.moments(context.z)
        style = context.model.layout.indices(context.model.layout.style)
        mean[style] = _most_visible(context, mean, style)
        codes = figures.traversal_codes(mean, std, _N_STEPS)[:_PLACES]
        rows.append(to_numpy(context.model.decode(codes)))
        latents = context.model.layout.names[:_PLACES]
        names += [f"{outcome.run.label}   {latents[0]}", *latents[1:]]
    picture = figures.draw_traversal(
        np.concatenate(rows), names, plan.report.full_title, rows_per_group=_PLACES
    )
    return picture, f"Latent traversal: {name_runs(chosen)}"


def _most_visible(context: Context, mean: np.ndarray, style: list[int]) -> np.ndarray:
    """Return the style of a sequence with which a ball at the mean place stands out most."""
    codes = np.tile(mean, (len(context.z), 1))
    codes[:, style] = context.z[:, 0, style]
    decoded = to_numpy(context.model.decode(codes))
    difference = np.abs(decoded - pixelwise_median(context.frames))
    return codes[difference.mean(axis=(1, 2, 3)).argmax(), style]


def _context(outcome: Outcome, data_dir: str | None) -> Context:
    """Return a finished run's model on the split of its config."""
    config = outcome.run.config
    model = checkpoints.load_model(Run(outcome.run.workdir).model_path)
    arrays = _load(config, data_dir)
    return Context(model, arrays, config.evaluation, config.method, config.seed)


def _load(config: ConfigDict, data_dir: str | None) -> Arrays:
    """Return the split of a config; the frames of its evaluators are not asked for."""
    config = config.copy_and_resolve_references()
    config.evaluation.evaluators = ()
    split = config.evaluation.split
    return load_data(config, (split,), data_dir).splits[split]
