"""Pictures of the ball, against hand projection and a plain full-size rendering."""

import math

import numpy as np
import pytest

from pipelines.making.ball import background, render_frames
from pipelines.making.ball.renderer import AMBIENT

WHITE = (1.0, 1.0, 1.0)
GREEN = (0.05, 0.9, 0.05)
# The camera by hand: from (0, 4, 2) to (0, 0, -5) in drawn space, which is (0, -4, -7) / sqrt(65).
LOOK = np.array([0, -4, -7]) / math.sqrt(65)
LIFT = np.array([0, 7, -4]) / math.sqrt(65)
EYE = np.array([0, 4, 2])


def project(x, y, z, size=32):
    """Column and row (fractions of pixels) of a world point, and its depth."""
    sight = np.array([x, y, -z]) - EYE
    depth = sight @ LOOK
    return np.array([sight[0], -(sight @ LIFT)]) / depth / 0.8 * size / 2 + size / 2, depth


def empty_frame():
    return render_frames([[0, 1, 40]], [WHITE])[0]


def draw(position, color=WHITE):
    return render_frames([position], [color])[0]


def share_covered(position):
    """Share of each pixel that the ball covers: red and blue differ from the scene's grey."""
    # With a black ball nothing but the covered share darkens a pixel.
    empty = empty_frame()
    return 1 - draw(position, (0, 0, 0))[..., 0] / empty[..., 0]


def brute_force(position, color):
    """Draw one frame ray by ray at 320 x 320 and average it."""
    center = np.array(position) * (1, 1, -1) - EYE
    steps = ((np.arange(320) + 0.5) / 160 - 1) * 0.8
    rays = LOOK + steps[None, :, None] * np.array([1, 0, 0]) - steps[:, None, None] * LIFT
    a, b = (rays**2).sum(-1), rays @ center
    root = b**2 - a * (center @ center - 0.25)
    t = (b - np.sqrt(np.maximum(root, 0))) / a  # is the depth, since rays @ LOOK = 1
    normals = (rays * t[..., None] - center) / 0.5
    right, light = np.array([1, 0, 0]), np.array([0, 1, 4]) / math.sqrt(17)
    normals_eye = np.stack([normals @ right, normals @ LIFT, -(normals @ LOOK)], axis=-1)
    strength = AMBIENT + np.maximum(normals_eye @ light, 0)[..., None]
    ball = np.minimum(strength * color, 1)
    canvas = np.where(((root >= 0) & (t >= 1) & (t <= 15))[..., None], ball, background.canvas())
    return canvas.reshape(32, 10, 32, 10, 3).mean(axis=(1, 3))


@pytest.mark.parametrize(
    "position", [(0, 0, 0.5), (0, 2, 1), (-2, 1, 3), (1.5, 0.2, 6), (0.7, 4, 2), (4, 1, 9)]
)
def test_frame_equals_full_size_rendering_averaged(position):
    expected = brute_force(position, GREEN)
    # Rounding may move single rays across the outline: one is a hundredth of a pixel.
    np.testing.assert_allclose(draw(position, GREEN), expected, atol=0.011)
    assert np.abs(draw(position, GREEN) - expected).mean() < 1e-5


@pytest.mark.parametrize("position", [(0, 1, 1), (-1.5, 2, 3), (2, 0.5, 5), (-1, 3, 7)])
def test_centroid_lies_where_hand_projection_puts_the_center(position):
    covered = share_covered(position)
    centers = np.arange(32) + 0.5
    centroid = np.array([(covered * centers).sum(), (covered.T * centers).sum()]) / covered.sum()
    expected, _ = project(*position)
    # Perspective moves a sphere's outline outward from its centre, here by less than this.
    np.testing.assert_allclose(centroid, expected, atol=0.15)


@pytest.mark.parametrize("z", [1.0, 4.0, 9.0])
def test_area_is_that_of_the_projected_sphere(z):
    # At this height the ball is seen against plain grey. Its outline is an ellipse.
    position = (0, 3.5, z)
    _, depth = project(*position)
    distance2 = np.sum((np.array(position) * (1, 1, -1) - EYE) ** 2)
    area = math.pi * 0.25 * math.sqrt(distance2 - 0.25) / (depth**2 - 0.25) ** 1.5
    assert share_covered(position).sum() == pytest.approx(area * 20**2, rel=0.01)


def test_ball_hides_the_grid_behind_it():
    # The ball stands on the crossing of the lines x = 0 and z = 4 and covers it.
    (column, row), _ = project(0, 0, 4)
    pixel = draw((0, 0, 4), GREEN)[int(row), int(column)]
    assert pixel[1] > 0.8
    assert pixel[0] == pytest.approx(pixel[2])


def test_side_toward_the_light_is_brighter():
    # The light stands above the eye: brightness falls from the upper to the lower half, and is
    # the same left and right.
    frame = draw((0, 3, 1), (0.5, 0.5, 0.5))
    (column, row), _ = project(0, 3, 1)
    above, below = frame[int(row) - 2, int(column), 0], frame[int(row) + 2, int(column), 0]
    assert above > below + 0.1
    inside = share_covered((0, 3, 1)) > 0.999
    np.testing.assert_array_equal(inside, inside[:, ::-1])
    np.testing.assert_allclose(frame[inside], frame[:, ::-1][inside], atol=1e-5)


def test_surface_facing_the_light_shows_its_color_and_the_ambient_part():
    # The brightest pixel faces the light nearly: strength 1 + 0.2. The dark side keeps 0.2.
    covered = share_covered((0, 4, 1))
    inside = draw((0, 4, 1), (0.5, 0.25, 0.75))[covered > 0.999]
    np.testing.assert_allclose(inside.max(axis=0), [0.6, 0.3, 0.9], rtol=0.03)
    np.testing.assert_allclose(inside[:, 0], 2 * inside[:, 1], rtol=1e-4)
    assert inside[:, 0].min() >= AMBIENT * 0.5 - 1e-6


@pytest.mark.parametrize(
    "position",
    [
        (0, 4, -2),  # at the eye
        (0, 8, -10),  # behind the camera
        (40, 1, 2),  # beside the frame
        (0, 1, 40),  # beyond the far plane
    ],
)
def test_ball_out_of_view_leaves_the_empty_scene(position):
    expected = background.canvas().reshape(32, 10, 32, 10, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(draw(position), expected, atol=1e-6)


def test_ball_is_cut_at_the_far_plane():
    # The near side of this ball is nearer than 15 m, its rim is not.
    inside = share_covered((0, 1, 12.9))
    z = next(z for z in np.arange(12, 16, 0.01) if project(0, 1, z)[1] > 15.2)
    assert 0 < share_covered((0, 1, z)).sum() < 0.9 * inside.sum()


def test_grid_lines_lie_where_hand_projection_puts_them():
    canvas = background.canvas()[..., 0]
    for world in [(0, -0.5, 0), (0, -0.5, 2), (-2, -0.5, 4), (2, -0.5, 3), (1, -0.5, 6)]:
        (column, row), _ = project(*world, size=320)
        assert canvas[int(row), int(column)] == 0, world
    for world in [(1, -0.5, 1), (-1, -0.5, 3), (3, -0.5, 5)]:
        (column, row), _ = project(*world, size=320)
        assert canvas[int(row), int(column)] == np.float32(0.4), world


def test_grid_lines_are_three_pixels_wide_and_end_at_the_far_plane():
    canvas = background.canvas()[..., 0]
    (_, row), _ = project(0.5, -0.5, 2, size=320)
    column = int(project(0.5, -0.5, 2, size=320)[0][0])
    around = canvas[int(row) - 5 : int(row) + 6, column]
    assert (around == 0).sum() == 3
    # Nothing is drawn above the row in which the ground is 15 m deep.
    last = next(z for z in np.arange(8, 20, 0.01) if project(0, -0.5, z)[1] > 15)
    row = int(project(0, -0.5, last, size=320)[0][1])
    assert (canvas[: row - 3] == np.float32(0.4)).all()
    assert (canvas[row : row + 3] == 0).any()


def test_pixels_average_ten_by_ten_canvas_pixels():
    expected = background.canvas().reshape(32, 10, 32, 10, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(empty_frame(), expected, atol=1e-6)
    assert expected.min() < 0.3 and expected.max() == pytest.approx(0.4)


def test_frame_does_not_depend_on_its_batch():
    generator = np.random.default_rng(0)
    positions = generator.uniform((-3, 0, 0), (3, 4, 14), (150, 3))
    colors = generator.uniform(size=(150, 3))
    together = render_frames(positions, colors)
    alone = np.concatenate(
        [render_frames(positions[i : i + 1], colors[i : i + 1]) for i in (3, 149)]
    )
    np.testing.assert_array_equal(together[[3, 149]], alone)
    assert together.dtype == np.float32
    assert together.min() >= 0 and together.max() <= 1


def test_the_nearer_of_two_balls_hides_the_other_whatever_their_order():
    near, far = (0, 1, 2), (0.1, 0.6, 4)
    colors = [(0, 0.9, 0), (0, 0, 0.9)]
    both = render_frames([[near, far], [far, near]], [colors, colors[::-1]])
    np.testing.assert_array_equal(both[0], both[1])
    alone = [draw(near, colors[0]), draw(far, colors[1])]
    covered = [
        1 - draw(position, (0, 0, 0))[..., 0] / empty_frame()[..., 0] for position in (near, far)
    ]
    wholly = covered[0] > 0.999
    assert (wholly & (covered[1] > 0.1)).any()
    np.testing.assert_array_equal(both[0][wholly], alone[0][wholly])
    apart = covered[0] < 1e-6
    assert (apart & (covered[1] > 0.1)).any()
    np.testing.assert_array_equal(both[0][apart], alone[1][apart])


def test_balls_that_overlap_show_at_each_ray_what_it_meets_first():
    # One hides in the middle of the other but for its nearer cap: not all of either is seen.
    eye_line = np.array([0, 4, -2]) - np.array([0, 1, 3])
    nearer = np.array([0, 1, 3]) + 0.2 * eye_line / np.linalg.norm(eye_line)
    shifted = np.array([0.3, 1, 3])
    green, blue = (0, 0.9, 0), (0, 0, 0.9)
    frame = render_frames([[nearer, shifted]], [[green, blue]])[0]
    alone = draw(nearer, green)
    assert (frame[..., 2] - frame[..., 1]).max() > 0.1
    assert (frame[..., 1] - frame[..., 2]).max() == pytest.approx(
        (alone[..., 1] - alone[..., 2]).max(), abs=1e-6
    )


def test_no_frames_give_no_frames():
    assert render_frames(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 32, 32, 3)


@pytest.mark.parametrize(
    ("positions", "colors", "message"),
    [
        ([[0, 1, 2]], [[0, 0.5, 1.1]], r"\[0, 1\]"),
        ([[0, np.inf, 2]], [[0, 0, 0]], "finite"),
        ([[0, 1]], [[0, 0]], r"shape \(n, 3\)"),
        ([[[0, 1, 2]]], [[0, 0, 0]], r"Received: \(1, 1, 3\) and \(1, 3\)"),
    ],
)
def test_input_that_cannot_be_drawn_is_refused(positions, colors, message):
    with pytest.raises(ValueError, match=message):
        render_frames(positions, colors)
