"""How well content and style are kept apart (Tables 5, 6, 8 and 9; sections A.4.2 and A.5.2).

Codes come in groups: within a group one factor changes (the instrument, say), the other stays as
it is (the pitch). All codes are first normalised, each latent by its mean and its standard
deviation (n - 1) over all groups: that is the paper's "same dynamic range" in its authors' code.
"""

import logging
import math
from collections.abc import Sequence

import numpy as np

from sps_tf.errors import UserError

# Of the largest standard deviation: a latent with less has collapsed, and normalising it makes
# numbers of its noise. The authors keep it; so do we, and say so.
LEAST_SPREAD = 0.01


def normalise(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give each latent mean 0 and standard deviation 1 over all codes.

    Args:
        z: (groups, members, latent), at least one group of at least two members.

    Returns:
        The new codes, float64, and the standard deviation of each latent (n - 1), (latent,). A
        latent that never changes becomes 0.

    Raises:
        UserError: if the shape is another, or a code is not finite.
    """
    z = np.asarray(z, np.float64)
    if z.ndim != 3 or 0 in z.shape or z.shape[1] < 2:
        raise UserError(
            "Codes have the axes (groups, members, latent), with at least two members a group. "
            f"Received: shape {z.shape}"
        )
    if not np.isfinite(z).all():
        raise UserError("Codes must be finite. Received: NaN or infinity")
    std = z.std(axis=(0, 1), ddof=1)
    # Rounding in the mean of equal numbers is no spread.
    moves = std > 1e-9 * np.abs(z).max(axis=(0, 1))
    centred = z - z.mean(axis=(0, 1))
    return np.where(moves, centred, 0.0) / np.where(moves, std, 1.0), np.where(moves, std, 0.0)


def change_ratio(z: np.ndarray, content: Sequence[int], style: Sequence[int]) -> dict[str, float]:
    """Compare how far content and style move when one factor changes (Tables 5 and 9).

    Of every pair of codes in a group d_c is the distance of their content, d_s that of their
    style. When the style is what changes, less is better.

    Args:
        z: (groups, members, latent), see `normalise`.
        content: indices of the content latents.
        style: indices of the style latents.

    Returns:
        `ratio`: the mean over all pairs of d_c / d_s, as the authors' code has it;
        `ratio_of_means`: the mean of d_c over the mean of d_s; `ratio_median`; `ratio_chance`,
        see `chance_ratio` (left out where it is infinite); `ratio_pairs_left_out`: pairs with
        d_s = 0; where latents have collapsed `ratio_of_moving`, the ratio without them.

    Raises:
        UserError: see `normalise`; or if a part has no latents.
    """
    if not content or not style:
        raise UserError(
            "A ratio of changes needs latents of content and of style. "
            f"Received: content {list(content)}, style {list(style)}"
        )
    scaled, std = normalise(z)
    scores = _ratios(scaled, content, style)
    chance = chance_ratio(len(content), len(style))
    if math.isfinite(chance):
        scores["ratio_chance"] = chance
    moving = std >= LEAST_SPREAD * std.max()
    if not moving.all():
        logging.warning(
            "Ratio of changes: latent number %s has less than %g of the largest spread.",
            ", ".join(str(i + 1) for i in np.flatnonzero(~moving)),
            LEAST_SPREAD,
        )
        kept = [[i for i in part if moving[i]] for part in (content, style)]
        if all(kept):
            without = _ratios(scaled, *kept)
            if "ratio" in without:
                scores["ratio_of_moving"] = without["ratio"]
    return scores


def _ratios(z: np.ndarray, content: Sequence[int], style: Sequence[int]) -> dict[str, float]:
    first, second = np.triu_indices(z.shape[1], k=1)
    d_content, d_style = (
        np.linalg.norm((z[:, first] - z[:, second])[..., list(part)], axis=-1)
        for part in (content, style)
    )
    counted = d_style > 0
    scores = {"ratio_pairs_left_out": float((~counted).sum())}
    if not counted.any():
        logging.warning("No ratio of changes: the style is the same in every pair of codes.")
        return scores
    ratios = d_content[counted] / d_style[counted]
    return {
        "ratio": float(ratios.mean()),
        "ratio_of_means": float(d_content.mean() / d_style.mean()),
        "ratio_median": float(np.median(ratios)),
        **scores,
    }


def chance_ratio(n_content: int, n_style: int) -> float:
    """Return the mean of d_c / d_s of codes that are pure noise.

    It is the mean of the ratio of two chi variables. Not in the paper: without it ratios of
    models whose latents are split in other ways cannot be compared.

    Args:
        n_content: content latents, at least 1.
        n_style: style latents, at least 1.

    Returns:
        Infinity for one latent of style.
    """
    if n_style == 1:
        return math.inf
    half = 0.5
    logarithm = (
        math.lgamma(half * (n_content + 1))
        - math.lgamma(half * n_content)
        + math.lgamma(half * (n_style - 1))
        - math.lgamma(half * n_style)
    )
    return math.exp(logarithm)


def query_precision(z: np.ndarray, right: Sequence[int]) -> dict[str, float]:
    """Ask which latents a factor moves most (augmentation-based queries, Tables 6 and 8).

    In each group the latents of largest standard deviation are the answer, as many as are right.
    Of latents that are tied, each counts with the same share.

    Args:
        z: (groups, members, latent), see `normalise`.
        right: indices of the latents that ought to change.

    Returns:
        `precision`, the share of right answers over all groups, and `precision_random`, that of
        a random choice.

    Raises:
        UserError: see `normalise`; or if no latent or every one is right.
    """
    scaled, _ = normalise(z)
    n_latents, n_right = z.shape[-1], len(right)
    if not 0 < n_right < n_latents:
        raise UserError(
            f"A query needs some of the {n_latents} latents to be right, not all. "
            f"Received: {list(right)}"
        )
    is_right = np.isin(np.arange(n_latents), list(right))
    hits = [_hits(std, is_right) for std in scaled.std(axis=1, ddof=1)]
    return {
        "precision": float(np.sum(hits) / (n_right * len(hits))),
        "precision_random": n_right / n_latents,
    }


def _hits(std: np.ndarray, is_right: np.ndarray) -> float:
    """Count right ones among the largest, as many as are right."""
    n_asked = int(is_right.sum())
    least = np.sort(std)[-n_asked]
    above, tied = std > least, std == least
    n_left = n_asked - int(above.sum())
    return float(is_right[above].sum() + n_left * is_right[tied].mean())
