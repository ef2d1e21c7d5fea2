"""What the evaluators of disentanglement share: scores, bars, and what figures of several need."""

from collections.abc import Sequence

import numpy as np

from sps_tf import figures, metrics
from sps_tf.evaluation.context import Context
from sps_tf.evaluation.report import Report
from sps_tf.runs.folder import CHANGES_FILE


def score_style_change(context: Context, codes: np.ndarray) -> dict[str, float]:
    """Score codes in whose groups the style changes (Tables 5, 9; left half of Tables 6, 8).

    Args:
        context: its settings name the latents of content and of style.
        codes: (group, member, latent).

    Returns:
        `style_change/<score>`, see `metrics.change_ratio` and `metrics.query_precision`; with the
        numbers of groups and of members.
    """
    content, style = split_of(context)
    scores = metrics.change_ratio(codes, content, style) | metrics.query_precision(codes, style)
    sizes = {"groups": float(codes.shape[0]), "members": float(codes.shape[1])}
    return {f"style_change/{name}": value for name, value in (scores | sizes).items()}


def score_content_change(
    context: Context, codes: np.ndarray, right: Sequence[str], name: str = "content_change"
) -> dict[str, float]:
    """Score codes in whose groups the content changes (right half of Tables 6 and 8).

    Args:
        context: its settings name the latents of content and of style.
        codes: (group, member, latent).
        right: names of the latents that ought to change.
        name: what the scores' names begin with. Default "content_change".

    Returns:
        `<name>/precision`, `<name>/precision_random`, and `<name>/ratio`: the mean of d_s / d_c,
        which the authors' code prints and the paper leaves out.
    """
    content, style = split_of(context)
    scores = metrics.query_precision(codes, context.model.layout.indices(right))
    ratios = metrics.change_ratio(codes, style, content)
    scores |= {"ratio": ratios["ratio"]} if "ratio" in ratios else {}
    return {f"{name}/{score}": value for score, value in scores.items()}


def split_of(context: Context) -> tuple[list[int], list[int]]:
    """Return the indices of content and of style that the settings name."""
    indices, changes = context.model.layout.indices, context.settings.changes
    return indices(changes.content), indices(changes.style)


def compare_with_anchor(
    context: Context, codes: np.ndarray, std: np.ndarray, names: Sequence[str], title: str
) -> Report:
    """Draw how far content and style move from an anchor (Figures 10 and 14).

    Args:
        context: its settings name the latents of content and of style.
        codes: (member, latent), the anchor first.
        std: (latent,), what the codes are divided by; a latent with 0 counts as unmoved.
        names: of the members.
        title: what is shown.

    Returns:
        The picture `changes`, and its numbers for figures over several runs.
    """
    scaled = (codes - codes[0]) * np.where(std > 0, 1 / np.where(std > 0, std, 1), 0)
    content, style = (np.linalg.norm(scaled[1:, part], axis=-1) for part in split_of(context))
    bars = {"names": np.array(names[1:]), "content": content, "style": style}
    picture = figures.draw_change_bars({context.method: bars}, f"{title}, {context.at_step}")
    return Report(pictures={"changes": picture}, archives={CHANGES_FILE: bars})
