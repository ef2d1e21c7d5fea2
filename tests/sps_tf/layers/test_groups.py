"""Group axioms, the dimensions acted on, and the names of section 5.3."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.layers import Rotation2D, Rotation3D, Translation, make_group
from sps_tf.layers.group_elements import compose, rotation_matrix

CONTENT = ("z1", "z2", "z3")
NAMES = [
    "(R^1,+)", "(R^2,+)", "(R^3,+)", "SO(2)", "SO(3)", "identity",
    "(R^1,+)xSO(2)", "(R^2,+)xSO(2)", "(R^3,+)xSO(2)", "(R^2,+)xSO(3)", "(R^3,+)xSO(3)",
]  # fmt: skip


def step_seed(word: int = 1) -> seeds.StepSeed:
    return seeds.StepSeed(word, ops.convert_to_tensor(0, dtype="int32"))


def latents(shape: tuple = (4, 5, 7, 3)) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


@pytest.mark.parametrize("name", NAMES)
def test_inverse_undoes_apply(name):
    group = make_group(name, CONTENT)
    element = group.sample((4, 5), step_seed())
    z = latents()
    np.testing.assert_allclose(group.inverse(group.apply(z, element), element), z, atol=1e-5)
    np.testing.assert_allclose(group.apply(group.inverse(z, element), element), z, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_dimensions_not_acted_on_stay(name):
    group = make_group(name, CONTENT)
    z = latents()
    moved = ops.convert_to_numpy(group.apply(z, group.sample((4, 5), step_seed())))
    for i, dim in enumerate(CONTENT):
        assert (np.abs(moved[..., i] - z[..., i]).max() > 0.01) == (dim in group.dims)


@pytest.mark.parametrize("name", NAMES)
def test_one_element_serves_all_time_steps_and_differs_between_sequences(name):
    group = make_group(name, CONTENT)
    z = np.broadcast_to(latents((1, 1, 1, 3)), (2, 3, 4, 3))
    moved = ops.convert_to_numpy(group.apply(z, group.sample((2, 3), step_seed())))
    np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :, :1], moved.shape), atol=1e-6)
    if name != "identity":
        assert len(np.unique(moved[:, :, 0].round(4).reshape(6, 3), axis=0)) == 6


@pytest.mark.parametrize("name", NAMES)
def test_serialisation_round_trip_draws_the_same_elements(name):
    group = make_group(name, CONTENT, translation_limit=0.5)
    copy = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(group))
    assert copy.dims == group.dims
    for a, b in zip(
        group.sample((2, 2), step_seed()), copy.sample((2, 2), step_seed()), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_translation_is_uniform_within_its_limit():
    element = Translation(("z1", "z3"), CONTENT, limit=2.0).sample((5000,), step_seed())
    offset = ops.convert_to_numpy(element.offset)
    assert (offset[:, 1] == 0).all()
    assert np.abs(offset).max() <= 2.0
    np.testing.assert_allclose(offset[:, [0, 2]].std(axis=0), 2 / np.sqrt(3), rtol=0.03)


def test_rotation_by_a_known_angle_turns_z1_to_z3():
    group = Rotation2D(("z1", "z3"), CONTENT)
    matrix = ops.convert_to_numpy(group.sample((2000,), step_seed()).matrix)
    angle_rad = np.arctan2(matrix[:, 2, 0], matrix[:, 0, 0])
    expected = np.zeros_like(matrix)
    expected[:, 0, 0] = expected[:, 2, 2] = np.cos(angle_rad)
    expected[:, 2, 0], expected[:, 0, 2] = np.sin(angle_rad), -np.sin(angle_rad)
    expected[:, 1, 1] = 1
    np.testing.assert_allclose(matrix, expected, atol=1e-6)
    counts, _ = np.histogram(angle_rad, bins=8, range=(-np.pi, np.pi))
    assert counts.min() > 200  # uniform: 250 expected


def test_rotations_in_space_are_proper_and_uniform():
    matrix = ops.convert_to_numpy(Rotation3D(CONTENT, CONTENT).sample((4000,), step_seed()).matrix)
    np.testing.assert_allclose(
        matrix @ matrix.transpose(0, 2, 1), np.broadcast_to(np.eye(3), matrix.shape), atol=1e-5
    )
    np.testing.assert_allclose(np.linalg.det(matrix), 1.0, atol=1e-5)
    # The image of an axis is uniform on the sphere: mean 0, each coordinate's square 1/3.
    assert np.abs(matrix[:, :, 0].mean(axis=0)).max() < 0.04
    np.testing.assert_allclose((matrix[:, :, 0] ** 2).mean(axis=0), 1 / 3, atol=0.02)


def test_rotation_matrix_agrees_with_scipy():
    rotation = pytest.importorskip("scipy.spatial.transform").Rotation
    w, x, y, z = q = np.array([0.3, -1.2, 0.5, 2.0], "float32")
    expected = rotation.from_quat([x, y, z, w]).as_matrix()
    np.testing.assert_allclose(rotation_matrix(ops.convert_to_tensor(q)), expected, atol=1e-6)


def test_composition_acts_as_one_after_the_other():
    group = make_group("R3xSO3", CONTENT)
    inner, outer = (group.sample((4, 5), step_seed(word)) for word in (1, 2))
    z = latents()
    expected = group.apply(group.apply(z, inner), outer)
    np.testing.assert_allclose(group.apply(z, compose(outer, inner)), expected, atol=1e-5)


def test_product_rotates_and_then_translates():
    group = make_group("(R^2,+)xSO(2)", CONTENT)
    element = group.sample((1,), step_seed())
    z = latents((1, 1, 3))
    expected = z @ ops.convert_to_numpy(element.matrix)[0].T + ops.convert_to_numpy(element.offset)
    np.testing.assert_allclose(group.apply(z, element), expected, atol=1e-6)
    # The offset is that of the translation alone: uniform in the square.
    np.testing.assert_array_less(np.abs(ops.convert_to_numpy(element.offset)), 1.0)


def test_identity_element_changes_nothing_at_all():
    group = make_group("identity", CONTENT)
    z = latents()
    np.testing.assert_array_equal(group.apply(z, group.sample((4, 5), step_seed())), z)


def test_default_and_named_dimensions():
    assert make_group("(R^2,+) x SO(2)", CONTENT).dims == ("z1", "z3")
    assert make_group("R1", ("pitch",)).dims == ("pitch",)
    assert make_group("R^1[z2]xSO(2)[z1,z2]", CONTENT).dims == ("z2", "z1")


@pytest.mark.parametrize(
    "name", ["", "SU(2)", "R4", "SO(1)", "R2[z1]", "SO(2)[z1,z9]", "SO(2)[z1,z1]", "R2 SO2", "x"]
)
def test_names_that_make_no_group_are_refused_with_the_name(name):
    with pytest.raises(UserError, match="Received"):
        make_group(name, CONTENT)
