"""The metrics of a run as a table for the screen."""

from typing import Any

from sps_tf.runs.folder import Run
from sps_tf.runs.next_steps import next_steps

_PROBES = {
    "linear_projection_mse": "held-out fit",
    "linear_projection_mse_same_points": "same points (authors)",
    "free_latent_mse": "held-out, free latent alone",
    "green_linear_projection_mse": "green balls, held-out fit",
    "green_linear_projection_mse_same_points": "green balls, same points (authors)",
    "linear_projection_mse_2": "held-out fit, derived labels",
    "linear_projection_mse_2_same_points": "same points (authors), derived labels",
    "free_latent_mse_2": "held-out, free latent alone, derived labels",
}
_VALUES = {
    "pitch_r2": "pitch, R² of the learned factor (same points, as the paper)",
    "pitch_r2_held_out": "  held-out fit",
    "pitch_r2_mean_of_instruments": "  mean of the instruments, each with its own fit",
    "pitch_r2_inliers": "  without the outliers",
    "pitch_outliers": "  outliers: notes more than 6 semitones off",
    "synthesis_r2": "synthesis, R² of the pitch heard in decoded notes",
    "synthesis_r2_mean_of_instruments": "  mean of the instruments' styles",
    "synthesis_r2_authors": "  heard in the authors' way",
    "synthesis_r2_authors_mean_of_instruments": "  heard in the authors' way, mean of the styles",
    "synthesis_r2_inliers": "  without the outliers",
    "synthesis_outliers": "  outliers: points more than 6 semitones off",
    "synthesis_detected_share": "  share of points with a pitch",
    "self_recon_bce": "self-reconstruction BCE",
    "self_recon_bce_own_style": "  each frame with its own style",
    "self_recon_bce_above_floor": "  above the pixel entropy",
    "image_pred_bce": "image-prediction BCE",
    "image_pred_bce_above_floor": "  above the pixel entropy",
    "pixel_entropy_floor": "pixel entropy (floor)",
    "prior_mse": "L_prior, normalised latents",
    "equivariance_error": "equivariance error of the prior",
}
_COUNTS = ("pitch_outliers", "synthesis_outliers")
_HEADINGS = {
    "pitch_r2": "pitch, R² by instrument",
    "synthesis_r2": "synthesis, R² by instrument",
    "latent_std": "standard deviation of latent",
    "style_change": "where the style changes: d_content / d_style, queries",
    "content_change": "where the content changes: queries, d_style / d_content",
    "content_change_anywhere": "where the ball is anywhere: queries, d_style / d_content",
    "style_leakage": "style leakage, R² of a straight line, held out",
    "train": "training, last interval",
}


def summary_table(results: dict[str, float]) -> str:
    """Lay metrics out as plain text: the probes by label, then the rest, one a line.

    Args:
        results: What `evaluate` returned, and any other metrics.

    Returns:
        Lines of equal columns; a metric this function does not know is shown by its own name.
    """
    left = {name.removeprefix("test/"): value for name, value in results.items()}
    rows = _probe_rows(left)
    rows += [
        (title, [_format(key, left.pop(key))]) for key, title in _VALUES.items() if key in left
    ]
    rows += _other_rows(left)
    title_width = max((len(title) for title, _ in rows), default=0)
    cell_width = max((len(cell) for _, cells in rows for cell in cells), default=0)
    lines = (
        f"{title:<{title_width}}" + "".join(f"  {cell:>{cell_width}}" for cell in cells)
        for title, cells in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def tell_finished(run: Run) -> dict[str, Any] | None:
    """Say that a run has finished, with its table, where that is so.

    Args:
        run: the folder of the run.

    Returns:
        The results; None where it has not finished.

    Raises:
        UserError: if they are damaged.
    """
    results = run.read_results()
    if results is not None:
        print(f"{run.workdir} holds a finished run of {results['steps']} steps: nothing to do.")
        print(f"{summary_table(results['metrics'])}\n\n{next_steps(run, run.read_config())}")
    return results


def title_of(name: str) -> str:
    """Return what a metric is, in the words of the table, on one line.

    Args:
        name: the metric's, such as "test/linear_projection_mse/x".
    """
    key, _, part = name.removeprefix("test/").partition("/")
    if key in _PROBES:
        words = f"linear projection, MSE: {_PROBES[key]}"
    elif key in _VALUES:
        words = _VALUES[key]
        if words.startswith(" "):  # belongs to the line that stands above it in the table
            above = list(_VALUES.values())[: list(_VALUES).index(key)]
            words = f"{[t for t in above if not t.startswith(' ')][-1]},{words[1:]}"
    else:
        words = _HEADINGS.get(key, key)
    return f"{words}, {part}" if part else words


def _format(key: str, value: float) -> str:
    return f"{value:.0f}" if key in _COUNTS else f"{value:.5f}"


def _probe_rows(left: dict[str, float]) -> list[tuple[str, list[str]]]:
    """Move the probes out of `left` into rows: title and cells."""
    probes = {key: _take(left, key) for key in _PROBES}
    probes = {key: scores for key, scores in probes.items() if scores}
    labels = list(dict.fromkeys(label for scores in probes.values() for label in scores if label))
    rows = [("linear projection, MSE", ["mean", *labels])] if probes else []
    for key, scores in probes.items():
        values = [scores.get(label) for label in ("", *labels)]
        cells = ["-" if value is None else f"{value:.4f}" for value in values]
        rows.append((f"  {_PROBES[key]}", cells))
    return rows


def _other_rows(left: dict[str, float]) -> list[tuple[str, list[str]]]:
    """Put what stands before a `/` above the metrics that share it."""
    rows, last_heading = [], ""
    for name, value in left.items():
        heading, _, rest = name.rpartition("/")
        if heading != last_heading:
            rows.append((_HEADINGS.get(heading, heading), []))
            last_heading = heading
        rows.append((f"  {rest}" if heading else rest, [f"{value:.5g}"]))
    return rows


def _take(results: dict[str, float], key: str) -> dict[str, float]:
    """Move `key` and `key/<label>` out of `results`: label (or "") to value."""
    names = [name for name in results if name == key or name.startswith(f"{key}/")]
    return {name[len(key) + 1 :]: results.pop(name) for name in names}
