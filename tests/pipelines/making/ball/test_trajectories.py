"""The examples of the ball data set: seeds, labels, ranges, statistics."""

import numpy as np
import pytest

from pipelines.making.ball import make_example
from pipelines.making.ball.trajectories import BLUE, GREEN, START_CELLS, draw_start, n_balls
from sps_tf.errors import UserError


def binary_entropy(p):
    return -np.where(p > 0, p * np.log(np.maximum(p, 1e-12)), 0) - np.where(
        p < 1, (1 - p) * np.log(np.maximum(1 - p, 1e-12)), 0
    )


def test_same_seed_split_and_index_give_the_same_example():
    first, again = make_example(3, "train", 5), make_example(3, "train", 5)
    for name in first:
        np.testing.assert_array_equal(first[name], again[name])


@pytest.mark.parametrize("other", [(4, "train", 5), (3, "test", 5), (3, "train", 6)])
def test_another_seed_split_or_index_gives_another_start(other):
    assert (draw_start(*other).position_m != draw_start(3, "train", 5).position_m).any()


def test_starts_do_not_repeat():
    positions = {draw_start(0, s, i).position_m.tobytes() for s in ("a", "b") for i in range(2000)}
    assert len(positions) == 4000


def test_example_has_the_documented_features():
    example = make_example(0, "train", 0)
    shapes = {name: (value.shape, value.dtype.name) for name, value in example.items()}
    assert shapes == {
        "frames": ((20, 32, 32, 3), "uint8"),
        "position": ((20, 3), "float32"),
        "velocity": ((20, 3), "float32"),
        "color": ((3,), "float32"),
    }


def test_frames_show_the_ball_at_its_labelled_position():
    example = make_example(0, "test", 0)
    frames = example["frames"].astype(float)
    changed = np.abs(frames - np.median(frames, axis=0)).max(axis=-1)
    centers = np.arange(32) + 0.5
    x, y, z = example["position"].T
    depth = (4 * (4 - y) + 7 * (2 + z)) / np.sqrt(65)
    column = x / depth / 0.8 * 16 + 16
    row = 16 - (7 * (y - 4) + 4 * (2 + z)) / np.sqrt(65) / depth / 0.8 * 16
    total = changed.sum(axis=(1, 2))
    found = np.stack([changed.sum(1) @ centers, changed.sum(2) @ centers]) / total
    # Perspective moves the outline of a near ball outward from its centre. A label of the
    # frame before or after would be off by more.
    errors = np.abs(found - [column, row])
    assert errors.max() < 0.8 and errors.mean() < 0.25
    late = np.abs(found[:, 1:] - np.stack([column, row])[:, :-1])
    assert late.mean() > 1


def test_starts_fill_the_three_cells_evenly():
    starts = [draw_start(0, "train", i) for i in range(3000)]
    x = np.array([s.position_m[0] for s in starts])
    counts = [np.sum((x > cell.x_m[0]) & (x < cell.x_m[1])) for cell in START_CELLS]
    assert sum(counts) == 3000
    # Four standard deviations of a third of 3,000.
    np.testing.assert_allclose(counts, 1000, atol=4 * np.sqrt(3000 * 2 / 9))
    for start in starts:
        (cell,) = [c for c in START_CELLS if c.x_m[0] < start.position_m[0] < c.x_m[1]]
        assert start.position_m[1] == 1
        assert cell.z_m[0] < start.position_m[2] < cell.z_m[1]
        assert cell.vx_mps[0] < start.velocity_mps[0] < cell.vx_mps[1]
        assert -8 < start.velocity_mps[1] < 8
        assert cell.vz_mps[0] < start.velocity_mps[2] < cell.vz_mps[1]


def test_scenes_of_one_ball_differ_in_color_alone():
    green, colorful = (make_example(0, "train", 1, mode) for mode in ("green", "colorful"))
    np.testing.assert_array_equal(green["position"], colorful["position"])
    np.testing.assert_allclose(green["color"], GREEN, atol=1e-7)
    assert (green["color"] != colorful["color"]).all()
    assert (green["frames"] != colorful["frames"]).any()


def test_first_of_two_balls_moves_as_the_one_ball_and_the_second_on_its_own():
    one, two = (make_example(0, "train", 1, scene) for scene in ("green", "two"))
    assert (n_balls("green"), n_balls("two")) == (1, 2)
    assert two["position"].shape == two["velocity"].shape == (20, 6)
    for name in ("position", "velocity", "color"):
        np.testing.assert_array_equal(two[name][..., :3], one[name])
    np.testing.assert_allclose(two["color"], GREEN + BLUE, atol=1e-7)
    starts = [draw_start(0, "train", i, ball=1).position_m for i in range(500)]
    assert len({start.tobytes() for start in starts}) == 500
    x_first = [draw_start(0, "train", i).position_m[0] for i in range(500)]
    x_second = np.array(starts)[:, 0]
    # Four standard deviations of the correlation of independent numbers.
    assert abs(np.corrcoef(x_first, x_second)[0, 1]) < 4 / np.sqrt(500)


def test_each_of_two_balls_is_seen_at_its_label():
    one, two = (make_example(0, "test", 2, scene) for scene in ("green", "two"))
    chroma = two["frames"].astype(float) - two["frames"].astype(float).mean(-1, keepdims=True)
    blue = np.maximum(chroma[..., 2] - np.maximum(chroma[..., 0], chroma[..., 1]), 0)
    x, y, z = two["position"].T[3:]
    depth = (4 * (4 - y) + 7 * (2 + z)) / np.sqrt(65)
    column = x / depth / 0.8 * 16 + 16
    seen = blue.sum(axis=(1, 2)) > 100
    found = (blue.sum(1) @ (np.arange(32) + 0.5))[seen] / blue.sum(axis=(1, 2))[seen]
    assert seen.sum() > 10
    assert np.abs(found - column[seen]).mean() < 0.5
    # Where no blue is, the picture is that of the green ball alone.
    alone = np.abs(chroma[..., 2] - chroma[..., 0]) < 1
    np.testing.assert_allclose(
        two["frames"][alone].astype(int), one["frames"][alone].astype(int), atol=1
    )


def test_unknown_scene_suggests_the_near_one():
    with pytest.raises(UserError, match="Did you mean 'colorful'"):
        make_example(0, "train", 0, "colourful")


def test_pixel_statistics_are_those_of_the_published_scene():
    frames = np.stack([make_example(0, "test", i)["frames"] for i in range(64)]) / 255
    entropy = binary_entropy(frames).mean()
    mean_image = binary_entropy(frames.mean(axis=(0, 1))).mean()
    # Where a scene built from the published facts lands: 0.6412 and 0.6441.
    assert entropy == pytest.approx(0.6412, abs=0.001)
    assert mean_image == pytest.approx(0.6441, abs=0.001)
