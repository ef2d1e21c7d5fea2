"""Content and style kept apart: codes whose answers are known."""

import logging

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.metrics.disentanglement import (
    chance_ratio,
    change_ratio,
    normalise,
    query_precision,
)

GROUPS, MEMBERS = 12, 9


def make_codes(n_content=1, n_style=2, leak=0.0):
    """Return codes of groups in which the style changes, each part linear in its own factor.

    Args:
        n_content: content latents.
        n_style: style latents.
        leak: how much of the style reaches the content.
    """
    rng = np.random.default_rng(0)
    content = np.broadcast_to(rng.normal(size=(GROUPS, 1, n_content)), (GROUPS, MEMBERS, n_content))
    style = np.broadcast_to(rng.normal(size=(1, MEMBERS, n_style)), (GROUPS, MEMBERS, n_style))
    return np.concatenate([content + leak * style[..., :1], style], axis=-1)


# The two tasks' splits: pitch and timbre; place and colour.
SPLITS = pytest.mark.parametrize("n_content, n_style", [(1, 2), (3, 2), (16, 16)])


def indices(n_content, n_style):
    return list(range(n_content)), list(range(n_content, n_content + n_style))


@SPLITS
def test_perfectly_disentangled_codes_move_the_style_alone(n_content, n_style):
    z, (content, style) = make_codes(n_content, n_style), indices(n_content, n_style)
    scores = change_ratio(z, content, style)
    assert scores["ratio"] == scores["ratio_of_means"] == scores["ratio_median"] == 0
    assert query_precision(z, style)["precision"] == 1
    # The same codes, with groups in which the content changes.
    assert query_precision(z.swapaxes(0, 1), content)["precision"] == 1


@SPLITS
def test_swapped_codes_are_wrong_wherever_they_can_be(n_content, n_style):
    # What is called content holds the style, and the other way round.
    straight = make_codes(n_style, n_content)
    z = np.concatenate([straight[..., n_style:], straight[..., :n_style]], axis=-1)
    content, style = indices(n_content, n_style)
    assert "ratio" not in change_ratio(z, content, style)  # the style never moves
    assert change_ratio(z, style, content)["ratio"] == 0
    # With more latents of style than of content some answers cannot be wrong.
    left = max(0, n_style - n_content)
    assert query_precision(z, style)["precision"] == pytest.approx(left / n_style)


def test_entangled_codes_are_no_better_than_chance():
    z = np.random.default_rng(0).normal(size=(400, 12, 3))
    scores = change_ratio(z, [0], [1, 2])
    assert scores["ratio"] == pytest.approx(scores["ratio_chance"], rel=0.03)
    queries = query_precision(z, [1, 2])
    assert queries["precision_random"] == 2 / 3
    assert queries["precision"] == pytest.approx(2 / 3, abs=0.03)


def test_the_more_leaks_the_larger_the_ratio():
    ratios = [change_ratio(make_codes(leak=leak), [0], [1, 2])["ratio"] for leak in (0, 0.3, 1, 3)]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 2 * ratios[1] > 0


def test_both_ratios_are_those_of_a_calculation_by_hand():
    z = np.array([[[0.0, 0.0], [1.0, 2.0], [3.0, 2.0]], [[0.0, 1.0], [0.0, 4.0], [2.0, 0.0]]])
    x, y = (values / values.std(ddof=1) for values in (z[..., 0], z[..., 1]))
    pairs = [(g, i, j) for g in range(2) for i in range(3) for j in range(i)]
    d_c = [abs(x[g, i] - x[g, j]) for g, i, j in pairs]
    d_s = [abs(y[g, i] - y[g, j]) for g, i, j in pairs]
    ratios = [c / s for c, s in zip(d_c, d_s, strict=True) if s > 0]
    scores = change_ratio(z, [0], [1])
    assert scores["ratio"] == pytest.approx(sum(ratios) / len(ratios))
    assert scores["ratio_of_means"] == pytest.approx(sum(d_c) / sum(d_s))
    assert scores["ratio_median"] == pytest.approx(np.median(ratios))
    assert scores["ratio_pairs_left_out"] == 1  # 2 and 2 in the first group
    assert "ratio_chance" not in scores  # infinite with one latent of style


def test_scale_and_origin_of_latents_change_nothing():
    z = np.random.default_rng(1).normal(size=(5, 6, 4))
    moved = z * [1.0, 10.0, 0.1, 3.0] + [5.0, 0.0, -2.0, 100.0]
    ratios, others = change_ratio(z, [0, 1], [2, 3]), change_ratio(moved, [0, 1], [2, 3])
    assert others == pytest.approx(ratios)
    assert query_precision(moved, [2]) == query_precision(z, [2])


def test_normalised_codes_have_the_unbiased_deviation_1():
    scaled, std = normalise(np.random.default_rng(2).normal(3, 2, size=(4, 5, 2)))
    np.testing.assert_allclose(scaled.reshape(-1, 2).std(axis=0, ddof=1), 1)
    np.testing.assert_allclose(scaled.mean(axis=(0, 1)), 0, atol=1e-12)
    assert (std > 1).all()


@pytest.mark.parametrize("n_content, n_style, chance", [(1, 2, 1.0), (3, 2, 2.0), (2, 3, 1.0)])
def test_chance_is_that_of_simulated_noise(n_content, n_style, chance):
    assert chance_ratio(n_content, n_style) == pytest.approx(chance)
    noise = np.random.default_rng(3).normal(size=(400_000, n_content + n_style))
    norms = np.linalg.norm(noise[:, :n_content], axis=1) / np.linalg.norm(
        noise[:, n_content:], axis=1
    )
    # The median too: the mean of few draws is that of their largest.
    assert norms.mean() == pytest.approx(chance, rel=0.05)
    assert chance_ratio(16, 16) == pytest.approx(1.034, abs=1e-3)


def test_collapsed_latent_counts_as_the_authors_count_it_and_is_told(caplog):
    z = np.concatenate(
        [make_codes(), 1e-4 * np.random.default_rng(4).normal(size=(GROUPS, MEMBERS, 1))], axis=-1
    )
    with caplog.at_level(logging.WARNING):
        scores = change_ratio(z, [0, 3], [1, 2])
    assert scores["ratio"] > 0 == scores["ratio_of_moving"]
    assert "latent number 4" in caplog.text


def test_style_that_never_moves_has_no_ratio(caplog):
    z = make_codes()
    z[..., 1:] = 7.0
    assert set(change_ratio(z, [0], [1, 2])) == {"ratio_pairs_left_out", "ratio_chance"}
    assert "No ratio of changes" in caplog.text


def test_ties_share_a_query():
    z = np.broadcast_to(np.arange(3.0)[None, :, None], (2, 3, 4))
    assert query_precision(z, [0])["precision"] == query_precision(z, [3])["precision"] == 0.25


@pytest.mark.parametrize(
    "z, right, message",
    [
        (np.zeros((3, 1, 2)), [0], r"at least two members.*\(3, 1, 2\)"),
        (np.full((2, 2, 2), np.nan), [0], "finite"),
        (np.ones((2, 3, 2)), [], r"not all\. Received: \[\]"),
        (np.ones((2, 3, 2)), [0, 1], r"not all\. Received: \[0, 1\]"),
    ],
)
def test_codes_that_cannot_be_asked_are_refused(z, right, message):
    with pytest.raises(UserError, match=message):
        query_precision(z, right)


def test_ratio_needs_both_parts():
    with pytest.raises(UserError, match=r"content \[0\], style \[\]"):
        change_ratio(np.ones((2, 3, 2)), [0], [])
