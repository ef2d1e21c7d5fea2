"""Latents are found by name."""

import keras
import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout


def test_indices_follow_content_then_style():
    layout = LatentLayout(("z1", "z2", "z3"), ("hue", "shade"))
    assert layout.size == 5
    assert layout.indices(("z3", "hue")) == [2, 3]


def test_split_gives_content_and_style():
    layout = LatentLayout(("a",), ("b", "c"))
    content, style = layout.split(np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(content, [[0], [3]])
    np.testing.assert_array_equal(style, [[1, 2], [4, 5]])


SIX = ("a1", "b1", "c1", "a2", "b2", "c2")


def test_bodies_become_sequences_and_back():
    layout = LatentLayout(SIX, n_bodies=2)
    z = np.random.default_rng(0).normal(size=(4, 5, 6)).astype("float32")
    folded = np.asarray(layout.fold(z))
    assert folded.shape == (8, 5, 3)
    np.testing.assert_array_equal(folded[6], z[3, :, :3])
    np.testing.assert_array_equal(folded[7], z[3, :, 3:])
    np.testing.assert_array_equal(layout.unfold(folded), z)
    copies = np.stack([folded, 2 * folded])
    np.testing.assert_array_equal(layout.unfold(copies), np.stack([z, 2 * z]))


def test_one_body_is_the_content_as_it_is():
    layout = LatentLayout(("z1", "z2"), ("s",))
    z = np.zeros((4, 5, 2))
    assert layout.fold(z) is z and layout.unfold(z) is z
    assert layout.body == layout.content == layout.of_every_body(("z1", "z2"))


def test_names_of_the_first_body_stand_for_those_of_each():
    layout = LatentLayout(SIX, ("hue",), n_bodies=2)
    assert layout.body == ("a1", "b1", "c1")
    assert layout.of_every_body(("b1",)) == ("b1", "b2")


@pytest.mark.parametrize("n_bodies", [0, -1, 4])
def test_content_that_does_not_part_into_bodies_is_refused(n_bodies):
    with pytest.raises(UserError, match=f"n_bodies={n_bodies}"):
        LatentLayout(SIX, n_bodies=n_bodies)


@pytest.mark.parametrize("n_bodies", [1, 2])
def test_round_trip_through_keras_serialisation(n_bodies):
    layout = LatentLayout(("z1", "z2"), ("s",), n_bodies)
    config = keras.saving.serialize_keras_object(layout)
    assert keras.saving.deserialize_keras_object(config) == layout


@pytest.mark.parametrize("content, style", [((), ("s",)), (("a", "a"), ()), (("a",), ("a",))])
def test_empty_or_repeated_names_are_refused(content, style):
    with pytest.raises(UserError, match="Received"):
        LatentLayout(content, style)


def test_unknown_name_is_refused_with_the_near_one():
    with pytest.raises(UserError, match="Did you mean 'z2'"):
        LatentLayout(("z1", "z2")).indices(("z22",))
