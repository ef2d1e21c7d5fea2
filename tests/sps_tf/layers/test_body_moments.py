"""Where each of two things of different colour is."""

import keras
import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.layers import BodyMoments, FrameMoments, make_moments

RED, BLUE = (200, 60, 60), (50, 50, 190)


def two_squares(n: int = 100, colors: tuple = (RED, BLUE)) -> tuple[np.ndarray, np.ndarray]:
    """Return uint8 frames (n, 3, 16, 20, 3) of two squares on grey, (n, 3, 2, 2) rows and columns.

    They have different brightness in each frame. The second hides the first.
    """
    rng = np.random.default_rng(0)
    frames = np.full((n, 3, 16, 20, 3), 100, "uint8")
    frames[..., ::4, :, :] = 40
    places = np.stack([rng.integers(1, 12, (n, 3, 2)), rng.integers(1, 16, (n, 3, 2))], axis=-1)
    for i, t, body in np.ndindex(n, 3, 2):
        row, column = places[i, t, body]
        light = rng.uniform(0.5, 1) * np.array(colors[body])
        frames[i, t, row : row + 3, column : column + 3] = light.astype("uint8")
    return frames, places


def far_apart(places: np.ndarray) -> np.ndarray:
    """Return where no pixel of the one has a neighbour in the other's neighbourhood."""
    return np.abs(places[:, :, 0] - places[:, :, 1]).max(axis=-1) > 5


def unbend(z: np.ndarray) -> np.ndarray:
    return 3 * np.arctanh(z / 3)


@pytest.fixture(scope="module")
def adapted():
    moments = BodyMoments(6, 2)
    frames, places = two_squares()
    assert moments.adapt(frames) == 6
    assert float(moments.active) == 1
    return moments, frames, places


def test_each_part_tells_the_place_of_one_body_alone_in_shared_coordinates(adapted):
    moments, frames, places = adapted
    z, whole = moments.latents(frames)
    assert (z.shape, whole.shape) == ((100, 3, 6), (100, 3))
    apart = far_apart(places)
    z = unbend(z[apart])
    # Colours are sorted, not numbered as here: the red square may be either part.
    errors = np.zeros((2, 2))
    for part in range(2):
        inputs = np.c_[z[:, 3 * part : 3 * part + 3], np.ones(len(z))]
        for body in range(2):
            target = places[apart][:, body].astype(float)
            fit = inputs @ np.linalg.lstsq(inputs, target, rcond=None)[0]
            errors[part, body] = np.mean((fit - target) ** 2) / target.var()
    own = errors.min(axis=1)
    assert sorted(errors.argmin(axis=1)) == [0, 1]
    # Places that are far apart are not independent: each tells a little of the other.
    assert own.max() < 0.01 and errors.max(axis=1).min() > 0.6
    # One matrix serves both: the line from latents to places is the same one.
    order = errors.argmin(axis=1)
    both = np.concatenate([z[:, :3], z[:, 3:]])
    target = np.concatenate([places[apart][:, order[0]], places[apart][:, order[1]]]).astype(float)
    inputs = np.c_[both, np.ones(len(both))]
    fit = inputs @ np.linalg.lstsq(inputs, target, rcond=None)[0]
    assert np.mean((fit - target) ** 2) < 0.01 * target.var()


def test_pictures_show_one_body_each_and_no_grid(adapted):
    moments, frames, places = adapted
    pictures = np.asarray(moments.pictures(frames[:20] / np.float32(255)))
    assert pictures.shape == (20, 3, 2, 16, 20, 1)
    for i, t in np.argwhere(far_apart(places)[:20]):
        shown = pictures[i, t, ..., 0] > 0.05
        assert (shown.sum(axis=(1, 2)) == 9).all()
        assert not (shown[0] & shown[1]).any()


def test_frames_are_whole_unless_bodies_touch(adapted):
    moments, frames, places = adapted
    _, whole = moments.latents(frames)
    gap = np.abs(places[:, :, 0] - places[:, :, 1]).max(axis=-1)
    assert (whole[gap > 4] == 1).all()
    # The same place: the one hides the other wholly, as if it were not there.
    touching = (gap > 0) & (gap < 4)
    assert touching.any() and (whole[touching] == 0).all()


def test_a_body_at_the_border_is_not_whole(adapted):
    moments, _, _ = adapted
    frames, _ = two_squares(1)
    frames[:, :, 0, :4] = RED
    assert (moments.latents(frames)[1] == 0).all()


def test_one_color_is_not_taken_for_two():
    moments = BodyMoments(6, 2)
    dim = tuple(value // 2 for value in RED)
    assert moments.adapt(two_squares(20, (RED, dim))[0]) == 0
    assert float(moments.active) == 0


def test_still_or_grey_frames_leave_the_layer_off():
    for colors in (((100,) * 3,) * 2, ((200,) * 3, (20,) * 3)):
        moments = BodyMoments(6, 2)
        assert moments.adapt(two_squares(20, colors)[0]) == 0


def test_frames_without_colors_are_refused():
    with pytest.raises(UserError, match="n_bodies=2, 1 channels"):
        BodyMoments(6, 2).adapt(np.zeros((2, 3, 8, 8, 1), "uint8"))


def test_one_body_is_read_by_the_moments_of_frames():
    assert type(make_moments(3)) is FrameMoments
    assert type(make_moments(6, 2)) is BodyMoments


def test_same_layer_from_its_config(adapted):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(adapted[0]))
    assert (again.size, again.n_bodies) == (6, 2)
