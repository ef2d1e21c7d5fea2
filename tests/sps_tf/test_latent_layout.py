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


def test_round_trip_through_keras_serialisation():
    layout = LatentLayout(("z1", "z2"), ("s",))
    config = keras.saving.serialize_keras_object(layout)
    assert keras.saving.deserialize_keras_object(config) == layout


@pytest.mark.parametrize("content, style", [((), ("s",)), (("a", "a"), ()), (("a",), ("a",))])
def test_empty_or_repeated_names_are_refused(content, style):
    with pytest.raises(UserError, match="Received"):
        LatentLayout(content, style)


def test_unknown_name_is_refused_with_the_near_one():
    with pytest.raises(UserError, match="Did you mean 'z2'"):
        LatentLayout(("z1", "z2")).indices(("z22",))
