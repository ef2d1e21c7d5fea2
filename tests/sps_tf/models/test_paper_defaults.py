"""The constructors' defaults are the paper's model, as the preset `paper` has it."""

import json

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import layers, models
from sps_tf.errors import UserError
from sps_tf.losses import LOSS_NAMES, PAPER_WEIGHTS
from sps_tf.optimizers import compile_rule

SHAPE = (20, 32, 32, 3)


def default(method: str) -> models.FrameModel:
    """Build the default model with the initial weights of seed 0."""
    keras.utils.set_random_seed(0)
    if method == "beta_vae":
        model = models.BetaVAE(frame_shape=(32, 32, 3))
    else:
        model = models.SPS(frame_shape=(32, 32, 3), group="(R^2,+)xSO(2)")
    model.build((None, *SHAPE))
    return model


def preset(method: str) -> models.FrameModel:
    """Build the model of the preset `paper`."""
    pytest.importorskip("ml_collections")
    from launch.configs import get_config
    from sps_tf.training.building import build_model

    return build_model(get_config("sps_ball", method, preset="paper"), SHAPE)


def settings(model: keras.Model) -> dict:
    """Return the config without the model's own name, which Keras counts on."""
    config = json.loads(json.dumps(model.get_config()))
    config.pop("name")
    return config


@pytest.mark.parametrize("method", ["sps", "beta_vae"])
def test_defaults_are_those_of_the_preset(method):
    ours = default(method)
    theirs = preset(method)
    assert [type(layer) for layer in ours.layers] == [type(layer) for layer in theirs.layers]
    assert ours.count_params() == theirs.count_params() > 1e6
    assert ours.loss_weights_table == theirs.loss_weights_table
    for part in ("encoder", "decoder", "prior"):
        if hasattr(theirs, part):
            pair = (getattr(model, part).get_config() for model in (ours, theirs))
            first, second = ({**config, "name": part} for config in pair)
            assert first == second
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_rest_of_sps_is_that_of_the_preset():
    ours = settings(default("sps"))
    theirs = settings(preset("sps"))
    # Keras counts on the names of group actions, which nothing reads.
    for config in (ours, theirs):
        for factor in config["group"]["config"].pop("factors"):
            factor["config"].pop("name")
        config["group"]["config"].pop("name")
    assert ours == theirs
    assert (ours["n_transforms"], ours["n_given"]) == (4, 5)
    assert ours["schedule"]["config"] == {"scale": 2200.0, "shift": 6000.0, "speed": 0.4}


def test_weights_of_the_paper_are_those_of_the_config():
    pytest.importorskip("ml_collections")
    from launch.configs import get_config

    assert get_config("sps_ball", preset="paper").losses.to_dict() == PAPER_WEIGHTS


def test_example_of_the_readme_runs(tmp_path):
    frames = np.random.default_rng(0).uniform(size=(2, 7, 32, 32, 3)).astype("float32")

    model = models.SPS(frame_shape=(32, 32, 3), group="(R^2,+)xSO(2)")
    model.compile("adam", jit_compile=compile_rule())  # False on TensorFlow
    model.fit(frames, batch_size=2, verbose=0)
    z = model.encode(frames)

    assert z.shape == (2, 7, 3)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert copy.group.dims == ("z1", "z3") and copy.frame_shape == (32, 32, 3)
    np.testing.assert_allclose(copy.encode(frames), z, atol=1e-6)
    # Whoever fits the copy goes on with Adam's moments.
    assert len(copy.optimizer.variables) == len(model.optimizer.variables) > 2


def test_parts_replace_the_defaults_and_a_group_may_be_an_object():
    encoder = layers.ConvEncoder(3, (2, 3), (3, 3), (2, 2), stochastic=False)
    group = layers.make_group("R1", ("z1", "z2", "z3"))
    table = {name: float(i) for i, name in enumerate(LOSS_NAMES)}
    model = models.SPS((32, 32, 3), group, encoder=encoder, loss_weights=table)
    assert model.encoder is encoder and model.group is group
    # The model takes the weights of its own terms from the whole table.
    assert model.loss_weights_table == {name: table[name] for name in model.loss_names}
    assert not {"kl", "pitch", "confidence"} & set(model.loss_names)
    assert ops.shape(model.encode(np.zeros((1, 2, 32, 32, 3), "float32"))) == (1, 2, 3)


def test_wrong_weights_are_named_both_ways():
    table = {**PAPER_WEIGHTS, "recon_slef": 1.0}
    del table["recon_self"]
    with pytest.raises(UserError, match=r"unknown \['recon_slef'\], missing \['recon_self'\]"):
        models.BetaVAE(frame_shape=(32, 32, 3), loss_weights=table)


def test_decoder_of_other_frames_is_refused():
    with pytest.raises(UserError, match=r"Received: frame_shape=\(16, 16, 3\)"):
        models.SPS((16, 16, 3), decoder=layers.ConvDecoder((32, 32, 3)))
