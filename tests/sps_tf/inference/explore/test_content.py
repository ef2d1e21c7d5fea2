"""What the page is told of a model: its spread, networks and group, as plain values."""

import base64
import json

import keras
import numpy as np
import pytest

from sps_tf.errors import UserError
from sps_tf.inference import TrainedModel
from sps_tf.inference.explore import networks
from sps_tf.inference.explore.content import find_spread, make_content
from sps_tf.layers import make_group
from sps_tf.layers.groups import GroupAction
from tests.sps_tf.inference.explore import fakes
from tests.sps_tf.models import tiny

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow")


@pytest.fixture(scope="module")
def model():
    return fakes.make_video_model()


def test_spread_is_that_of_the_training_frames_where_the_file_tells(model):
    spread = find_spread(model, [{"z": [[9, 9, 9]]}])
    assert spread.mean.tolist() == fakes.LATENTS["mean"]
    assert spread.std.tolist() == fakes.LATENTS["std"]
    assert spread.source == "the training frames"


def test_spread_is_that_of_the_files_where_the_model_s_file_does_not_tell(model):
    silent = TrainedModel(model.keras_model, {}, "tiny")
    z = np.random.default_rng(0).normal(3, 2, (50, 3))
    z[:, 2] = 1.0
    spread = find_spread(silent, [{"z": z[:20].tolist()}, {"z": z[20:].tolist()}])
    np.testing.assert_allclose(spread.mean, z.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(spread.std, [*z.std(axis=0)[:2], 1], rtol=1e-6)
    nothing = find_spread(silent)
    assert (nothing.mean == 0).all()
    assert (nothing.std == 1).all()
    assert "does not tell" in nothing.source


def test_content_is_plain_json_and_holds_every_weight(model):
    content = json.loads(json.dumps(make_content(model, max_bytes=10), allow_nan=False))
    assert content["names"] == {"content": ["z1", "z2", "z3"], "style": [], "n_bodies": 1}
    assert content["max_bytes"] == 10
    kept = np.frombuffer(base64.b64decode(content["weights"]), "<f4")
    keras_model = model.keras_model
    weights = [*keras_model.decoder.weights, *keras_model.prior.weights]
    assert len(kept) == sum(np.size(weight) for weight in weights)
    place = content["prior"]["head"]["kernel"]
    head = kept[place["at"] : place["at"] + np.prod(place["shape"])].reshape(place["shape"])
    np.testing.assert_array_equal(head, keras_model.prior.head.kernel)


def test_what_a_model_has_not_is_left_out():
    content = make_content(TrainedModel(tiny.make_beta_vae(), {}))
    assert content["prior"] is None
    assert content["group"] == []
    assert content["sound"] is None
    spectral = make_content(fakes.make_sound_model())["sound"]
    assert spectral["magnitudes"] == "as_is"
    assert spectral["calibration"] == {"latent": "z_pitch", "slope": 9.0, "offset": 70.0}


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("identity", []),
        ("R1", [{"kind": "translation", "dims": [0], "limit": 1.0}]),
        (
            "(R^2,+)xSO(2)",
            [
                {"kind": "translation", "dims": [0, 2], "limit": 1.0},
                {"kind": "rotation2", "dims": [0, 2]},
            ],
        ),
        ("SO(3)", [{"kind": "rotation3", "dims": [0, 1, 2]}]),
    ],
)
def test_groups_are_told_factor_by_factor(name, packed):
    assert networks.pack_group(make_group(name, ("z1", "z2", "z3"))) == packed


def test_an_unknown_group_or_prior_is_refused(model):
    class Scaling(GroupAction):
        """Another group."""

    with pytest.raises(UserError, match="Received: a Scaling"):
        networks.pack_group(Scaling(("z1",), ("z1", "z2")))

    class Other:
        has_prior, prior = True, object()

    with pytest.raises(UserError, match="Received: a object"):
        networks.pack_prior(Other(), networks.Weights())
