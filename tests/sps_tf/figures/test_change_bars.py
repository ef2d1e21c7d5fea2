"""Bars of changes: a panel a method."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.figures import draw_change_bars

BARS = {"names": np.array(["Flute", "Piano"]), "content": [0.1, 0.2], "style": [1.0, 2.0]}


def test_more_methods_make_a_wider_picture():
    one = draw_change_bars({"a": BARS, "b": BARS})
    more = draw_change_bars({"a": BARS, "b": BARS, "c": BARS})
    assert one.dtype == np.uint8
    assert more.shape[1] > one.shape[1]


def test_the_style_is_drawn_black():
    no_style = {**BARS, "style": [0.0, 0.0]}
    dark = [(draw_change_bars({"a": bars}).sum(axis=-1) < 60).sum() for bars in (no_style, BARS)]
    assert dark[1] > 2 * dark[0]


def test_long_names_of_methods_do_not_run_into_each_other():
    name = "SPS_VAE, K = 4, z in R^5 without a split, random start"
    picture = draw_change_bars({name: BARS, f"{name} ": BARS})
    width = picture.shape[1]
    above = picture[:60, int(0.4 * width) : int(0.65 * width)]
    white = (above == 255).all(axis=(0, 2))
    assert "1" * 8 in "".join(map(str, white.astype(int)))


@pytest.mark.parametrize("panels", [{}, {"a": {"names": [], "content": [], "style": []}}])
def test_nothing_to_compare_is_refused(panels):
    with pytest.raises(UserError, match="something to compare"):
        draw_change_bars(panels)
