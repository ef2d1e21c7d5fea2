"""What a run on one's own files says of those held out: paths of latents, and what style leaks."""

import numpy as np

from sps_tf import figures, metrics
from sps_tf.data import Arrays
from sps_tf.errors import UserError
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.report import Report

# Names of files beside the frames, as `datasets.audio_folder` and `datasets.video_folder` have.
_NAME_KEYS = ("file", "video")
_MOST_PICTURES = 12


def held_out_files(context: Context) -> Report:
    """Lay out the latents of each held-out file over its frames. Not in the paper.

    Returns:
        A table `<file>` for each file: `sequence` and `frame` in it, from 0, the latents, and the
        labels where there are some; and for the first 12 files a picture `latents_of_<file>`.
    """
    names, pictures, tables = file_names(context.arrays), {}, {}
    latents, n_times = context.model.layout.names, context.z.shape[1]
    for name in dict.fromkeys(names):
        chosen = names == name
        columns = dict(zip(latents, _columns(context.z[chosen]), strict=True))
        if label := context.settings.label:
            labels = _columns(context.arrays[label][chosen])
            columns |= dict(zip(context.settings.label_names, labels, strict=True))
        frame = np.arange(chosen.sum() * n_times)
        place = {"sequence": frame // n_times, "frame": frame % n_times}
        tables[name] = place | columns
        if len(pictures) < _MOST_PICTURES:
            title = f"Latents of {name}, held out, {context.at_step}"
            rows = {"frame": frame, **columns}
            panels = {column: column for column in columns}
            pictures[f"latents_of_{name}"] = figures.draw_latent_curves(
                rows, "frame", panels, title
            )
    return Report(pictures=pictures, tables=tables)


def style_leakage(context: Context) -> Report:
    """Score how much style and content tell of each other. Not in the paper.

    Returns:
        R^2 of straight lines, fitted on one half of the sequences and scored on the other, the
        mean over what is predicted: `style_leakage/content_from_style`,
        `style_leakage/style_from_content`, and of each label `style_leakage/<label>_from_style`.
        Near 0, or below, where the one knows nothing of the other; 1 where it knows all. Left out
        where there are too few sequences for a fit, or nothing varies.
    """
    layout = context.model.layout
    style, content = (
        context.z[..., layout.indices(part)] for part in (layout.style, layout.content)
    )
    scores = _explained("content_from_style", style, content)
    scores |= _explained("style_from_content", content, style)
    if label := context.settings.label:
        targets = context.arrays[label]
        for index, name in enumerate(context.settings.label_names):
            scores |= _explained(f"{name}_from_style", style, targets[..., index, None])
    return Report(metrics=scores)


def file_names(arrays: Arrays) -> np.ndarray:
    """Return the name of each sequence's file, (n,) of str; empty where the data name none.

    Args:
        arrays: a split.
    """
    for key in _NAME_KEYS:
        if key in arrays:
            return np.array([v.decode() if isinstance(v, bytes) else str(v) for v in arrays[key]])
    return np.array([], str)


def _columns(values: np.ndarray) -> np.ndarray:
    """Put the sequences one behind the other: (n, time, column) to (column, n * time)."""
    return values.reshape(-1, values.shape[-1]).T


def _explained(name: str, known: np.ndarray, asked: np.ndarray) -> dict[str, float]:
    names = tuple(map(str, range(asked.shape[-1])))
    try:
        mse = metrics.linear_projection_mse(known, asked, names, name="mse")["mse"]
    except UserError:  # too few sequences, or none that varies: no reason to lose the others
        return {}
    return {f"style_leakage/{name}": 1 - mse}
