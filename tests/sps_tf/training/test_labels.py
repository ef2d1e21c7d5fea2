"""The one method that learns from labels is given the pitches; no other is given any."""

import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.training.labels import training_labels
from tests.sps_tf.models import tiny

PITCH = np.full((4, tiny.N_TIMES, 1), 62.0, np.float32)


def test_gmvae_is_given_the_pitches():
    found = training_labels(tiny.make_gmvae(), {"pitch": PITCH}, "pitch")
    np.testing.assert_array_equal(found, PITCH)


@pytest.mark.parametrize("make", [tiny.make_sps, tiny.make_beta_vae, tiny.make_ts_dsae])
def test_no_other_method_is_given_labels(make):
    assert training_labels(make(), {"pitch": PITCH}, "pitch") is None


@pytest.mark.parametrize(
    ("arrays", "name", "message"),
    [
        ({}, "pitch", r"learns from the pitch of every training note.*Received: labels 'pitch'"),
        ({"pitch": PITCH}, "", r"Received: labels ''"),
        ({"pitch": PITCH + 3}, "pitch", r"pitches 60 to 64.*Received: training pitches 65 to 65"),
        ({"pitch": PITCH - 3}, "pitch", r"Received: training pitches 59 to 59"),
    ],
)
def test_labels_that_are_missing_or_have_no_place_are_named(arrays, name, message):
    with pytest.raises(UserError, match=message):
        training_labels(tiny.make_gmvae(), arrays, name)
