"""Pictures: sizes, pixels at known places, repeatability, and what cannot be drawn."""

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.errors import UserError


def assert_is_picture(picture):
    assert picture.dtype == np.uint8
    assert picture.ndim == 3
    assert picture.shape[-1] == 3
    assert 64 < picture.shape[0] < 2000
    assert 64 < picture.shape[1] < 2000
    assert picture.std() > 0


def count(picture, colour):
    return int((picture == colour).all(axis=-1).sum())


def test_traversal_codes_move_one_latent_at_a_time():
    codes = figures.traversal_codes(np.array([1.0, -2.0]), np.array([0.5, 3.0]), n_steps=5)
    assert codes.shape == (2, 5, 2)
    np.testing.assert_allclose(codes[0, :, 0], [0, 0.5, 1, 1.5, 2])
    np.testing.assert_allclose(codes[0, :, 1], -2)
    np.testing.assert_allclose(codes[1, :, 0], 1)
    np.testing.assert_allclose(codes[1, :, 1], [-8, -5, -2, 1, 4])


def test_image_table_enlarges_every_pixel_equally():
    images = np.zeros((2, 3, 8, 8, 3), np.float32)
    images[1, 2, 0, 0] = (1.0, 0.0, 0.0)
    picture = figures.draw_image_table(images, ["a", "b"], ["1", "2", "3"], "title", "column")
    assert_is_picture(picture)
    assert count(picture, (255, 0, 0)) == 8 * 8  # one pixel of 8, drawn 64 pixels wide
    where = np.argwhere((picture == (255, 0, 0)).all(axis=-1))
    assert np.ptp(where, axis=0).tolist() == [7, 7]


def test_grey_images_are_drawn_grey_and_missing_ones_white():
    images = np.full((1, 2, 32, 32, 1), 0.2, np.float32)
    images[0, 1] = np.nan
    picture = figures.draw_image_table(images, ["a"], ["1", "2"], "title", "column")
    # Edges of letters add a few pixels of the same grey.
    assert 64 * 64 <= count(picture, (51, 51, 51)) < 64 * 64 + 50


def test_traversal_shows_a_row_for_each_latent():
    images = np.random.default_rng(0).uniform(size=(3, 9, 32, 32, 3))
    picture = figures.draw_traversal(images, ("z1", "z2", "z3"), "Latent traversal")
    assert_is_picture(picture)
    one_row = figures.draw_traversal(images[:1], ("z1",), "Latent traversal")
    assert picture.shape[0] - one_row.shape[0] == 2 * 66


def test_branches_leave_the_first_prediction_white():
    frames = np.full((2, 4, 32, 32, 3), 0.2, np.float32)
    self_recon = np.full((2, 4, 32, 32, 3), 0.4, np.float32)
    prior = np.full((2, 3, 32, 32, 3), 0.6, np.float32)
    picture = figures.draw_branches(frames, {"self": self_recon, "prior": prior}, 2, "Branches")
    assert_is_picture(picture)
    counts = [count(picture, (grey,) * 3) for grey in (51, 102, 153)]
    assert np.divide(counts, 64 * 64).round(2).tolist() == pytest.approx([8, 8, 6], abs=0.1)


def test_scatter_marks_a_perfect_latent_and_a_constant_one():
    targets = np.random.default_rng(0).normal(size=(20, 10, 2))
    z = np.concatenate([targets, np.zeros((20, 10, 1))], axis=-1)
    picture = figures.draw_latent_scatter(z, targets, ("z1", "z2", "z3"), ("x", "y"), "Latents")
    assert_is_picture(picture)


def test_scatter_of_one_latent_against_one_label():
    z = np.random.default_rng(0).normal(size=(20, 10, 1))
    assert_is_picture(figures.draw_latent_scatter(z, z, ("z1",), ("pitch",), "Latents"))


@pytest.fixture
def grid():
    return figures.CoordinateGrid(("x", "y", "z"), ((0, 1), (0, 1, 2), (0, 1, 2, 3)))


def test_grid_points_are_equidistant_and_ordered(grid):
    points = grid.points()
    assert grid.shape == (2, 3, 4)
    assert points.shape == (24, 3)
    assert points[:5].tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 1, 0]]


def test_grid_lines_join_neighbours_along_each_axis(grid):
    # On the plane of x and z the lines along y have no length, so no green is seen.
    points = grid.points()
    red, green, blue = (0, 1, 2)

    def strongest(picture):
        lattice = picture[40:-60, 60:].reshape(-1, 3).astype(int)
        coloured = lattice[np.ptp(lattice, axis=-1) > 60]
        return set(coloured.argmax(axis=-1).tolist())

    flat = figures.draw_coordinate_grid(points[:, [0, 2]], grid, ("z1", "z3"), "Grid")
    assert_is_picture(flat)
    assert strongest(flat) == {red, blue}
    slanted = points[:, [0, 2]] + points[:, 1:2] * [0.3, 0.2]
    assert green in strongest(figures.draw_coordinate_grid(slanted, grid, ("z1", "z3"), "Grid"))


def test_grids_of_several_steps_stand_side_by_side(grid):
    plane = grid.points()[:, [0, 2]]
    picture = figures.draw_coordinate_grid_rows(
        [[plane, 2 * plane], [plane, plane]], grid, ("z1", "z3"), ("step 0", "step 9"), ("a", "b")
    )
    single = figures.draw_coordinate_grid(plane, grid, ("z1", "z3"), "Grid")
    assert_is_picture(picture)
    assert picture.shape[1] == 2 * single.shape[1]


def test_a_collapsed_grid_can_still_be_drawn(grid):
    assert_is_picture(figures.draw_coordinate_grid(np.zeros((24, 2)), grid, ("z1", "z3"), "Grid"))


def test_same_arrays_give_the_same_bytes(grid):
    z = np.random.default_rng(0).normal(size=(5, 6, 3))
    for draw in (
        lambda: figures.draw_latent_scatter(z, z, "abc", "xyz", "Latents"),
        lambda: figures.draw_coordinate_grid(grid.points()[:, :2], grid, "ab", "Grid"),
    ):
        np.testing.assert_array_equal(draw(), draw())


def test_drawing_leaves_no_figure_open():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()  # another test's library may have left its own
    figures.draw_image_table(np.zeros((1, 1, 8, 8, 3)), ["a"], ["1"], "title", "column")
    assert plt.get_fignums() == before


def test_what_cannot_be_drawn_is_refused(grid):
    image = np.zeros((1, 1, 8, 8, 3))
    with pytest.raises(UserError, match="1 or 3"):
        figures.draw_image_table(np.zeros((1, 1, 8, 8, 2)), ["a"], ["1"], "title", "column")
    with pytest.raises(UserError, match="Received: 2 and 1 names"):
        figures.draw_image_table(image, ["a", "b"], ["1"], "title", "column")
    with pytest.raises(UserError, match="at least 2 steps"):
        figures.traversal_codes(np.zeros(2), np.ones(2), n_steps=1)
    with pytest.raises(UserError, match="branch 'prior' must have"):
        figures.draw_branches(
            np.zeros((1, 4, 8, 8, 3)), {"prior": np.zeros((1, 2, 8, 8, 3))}, 1, ""
        )
    with pytest.raises(UserError, match="share their first axes"):
        figures.draw_latent_scatter(np.zeros((2, 3, 1)), np.zeros((2, 4, 1)), ("z",), ("x",), "")
    with pytest.raises(UserError, match=r"shape \(24, 2\). Received: shape \(23, 2\)"):
        figures.draw_coordinate_grid(np.zeros((23, 2)), grid, ("z1", "z3"), "Grid")
    with pytest.raises(UserError, match="as many as titles"):
        figures.draw_coordinate_grid_rows([[np.zeros((24, 2))]], grid, "ab", ("1", "2"), ("a",))
