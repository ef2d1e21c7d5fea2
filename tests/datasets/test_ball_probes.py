"""Balls beside the splits: rendered once, and the same motions in green."""

import numpy as np

from datasets import ball_probes
from pipelines.making.ball import make_example
from pipelines.making.ball.probes import KINDS


def test_groups_are_rendered_once_for_a_folder(monkeypatch, tmp_path):
    calls = []

    def render(kind):
        calls.append(kind)
        return np.full((2, 20, 32, 32, 3), len(calls), np.uint8), 1

    monkeypatch.setattr(ball_probes.probes, "render_groups", render)
    first = ball_probes.ball_changes(tmp_path)
    again = ball_probes.ball_changes(tmp_path)
    assert calls == list(KINDS)
    assert set(first) == {*KINDS, "anchor_colors"}
    for name, frames in first.items():
        np.testing.assert_array_equal(again[name], frames)


def test_green_balls_are_those_of_the_green_data_set(tmp_path):
    colourful, green = (make_example(3, "test", 1, mode) for mode in ("colorful", "green"))
    frames = ball_probes.green_balls(tmp_path, "test", colourful["position"][None])
    # Places are kept in float32, which moves a shade by one level at most.
    difference = np.abs(frames[0].astype(int) - green["frames"])
    assert difference.max() <= 1
    assert difference.mean() < 1e-3


def test_other_places_are_rendered_anew(tmp_path):
    positions_m = np.full((1, 2, 3), (0.0, 1.0, 5.0), np.float32)
    first = ball_probes.green_balls(tmp_path, "test", positions_m)
    second = ball_probes.green_balls(tmp_path, "test", positions_m + 0.5)
    assert (first != second).any()
