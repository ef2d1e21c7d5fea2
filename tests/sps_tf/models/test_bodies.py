"""Several bodies that share one prior and one group: each is a sequence of its own."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import layers, losses, models, seeds
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.models import branches as br
from tests.sps_tf.models import tiny

SIX = ("a1", "b1", "c1", "a2", "b2", "c2")
SIZES = {**tiny.CONVOLUTIONS, "name": "encoder"}


def make_two(flow: bool = False, **options: object) -> models.SPS:
    """Return a built and compiled SPS of two bodies with three latents each."""
    keras.utils.set_random_seed(0)
    stochastic = options.pop("stochastic", False)
    flow = tiny.make_flow() if flow else None
    model = models.SPS(
        frame_shape=tiny.FRAME_SHAPE,
        group="(R^2,+)xSO(2)",
        n_transforms=2,
        n_given=2,
        prior=layers.RecurrentPrior(3, units=5, name="prior"),
        encoder=layers.ConvEncoder(6, stochastic=stochastic, flow=flow, n_bodies=2, **SIZES),
        decoder=layers.ConvDecoder(tiny.FRAME_SHAPE, (4,), **tiny.CONVOLUTIONS, name="decoder"),
        layout=LatentLayout(SIX, n_bodies=2),
        loss_weights=tiny.weights(losses.LOSS_NAMES),
        **options,
    )
    return tiny.compiled(model)


def test_a_free_run_predicts_each_body_from_itself_alone():
    model = make_two()
    z = np.random.default_rng(0).normal(size=(4, tiny.N_TIMES, 6)).astype("float32")
    both = np.asarray(model.rollout(z))
    assert both.shape == (4, tiny.N_TIMES - 1, 6)
    for part in (slice(0, 3), slice(3, 6)):
        alone = np.asarray(model.prior(ops.convert_to_tensor(z[..., part]), n_given=2))
        np.testing.assert_allclose(both[..., part], alone, atol=1e-6)


def test_bodies_that_change_places_change_places_in_every_prediction():
    model = make_two()
    z = np.random.default_rng(0).normal(size=(4, tiny.N_TIMES, 6)).astype("float32")
    swap = [3, 4, 5, 0, 1, 2]
    there = np.asarray(model.rollout(z))[..., swap]
    np.testing.assert_allclose(np.asarray(model.rollout(z[..., swap])), there, atol=1e-6)


def test_latent_losses_are_the_sums_over_bodies_each_with_an_s_of_its_own():
    model = make_two()
    x = tiny.frames()
    terms = tiny.losses_of(model)(x)
    z = np.asarray(model.encode(x))
    stream = seeds.StepSeed(seeds.fold(model.seed, "group"), ops.convert_to_tensor(0))
    elements = model.group.sample((2, 2 * len(x)), stream)
    matrix, offset = np.asarray(elements.matrix), np.asarray(elements.offset)
    assert len(np.unique(offset[0, :, 0])) == 2 * len(x)
    sums = dict.fromkeys(("latent_prior", "symmetry_prior", "symmetry_latent"), 0.0)
    for body in range(2):
        own = ops.convert_to_tensor(z[..., 3 * body : 3 * body + 3])
        element = type(elements)(matrix[:, body::2], offset[:, body::2])
        branches = br.roll_out(model.prior, own, 2, br.Copies(model.group, element))
        for name, value in br.latent_losses(own, branches).items():
            sums[name] += float(value)
    for name, value in sums.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, err_msg=name)


def test_decoded_branches_are_those_of_whole_latents():
    model = make_two()
    x = tiny.frames()
    z = model.encode(x)
    p = np.asarray(model.decode(model.rollout(z))).clip(1e-7, 1 - 1e-7)
    nats = -(x[:, 1:] * np.log(p) + (1 - x[:, 1:]) * np.log(1 - p))
    expected = nats.sum(axis=(1, 2, 3, 4)).mean()
    np.testing.assert_allclose(tiny.losses_of(model)(x)["recon_prior"], expected, rtol=1e-4)


def test_one_flow_serves_each_body():
    model = make_two(flow=True)
    # Away from the identity.
    for weight in model.encoder.flow.weights:
        weight.assign(weight + 0.1 * np.sin(np.arange(np.size(weight))).reshape(weight.shape))
    x = tiny.frames()
    bent = np.asarray(model.encoder.encode_bent(ops.convert_to_tensor(x))[0])
    parts = [model.encoder.flow(bent[..., :3])[0], model.encoder.flow(bent[..., 3:])[0]]
    z = np.concatenate([np.asarray(part) for part in parts], axis=-1)
    np.testing.assert_allclose(np.asarray(model.encode(x)), z, atol=1e-5)


def test_training_step_and_transformed_run_have_the_shapes_of_the_whole():
    model = make_two(
        flow=True, stochastic=True, decode_transforms="one", n_self_frames=2, n_predicted_frames=2
    )
    history = model.fit(tiny.frames(), batch_size=2, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    z = model.encode(tiny.frames())
    moved = model.transformed_rollout(z, seeds.StepSeed(3, 0), n_transforms=3)
    assert tuple(moved.shape) == (3, 4, tiny.N_TIMES - 1, 6)


def test_saved_and_loaded_model_gives_the_same_run(tmp_path):
    model = make_two(flow=True)
    model.save(tmp_path / "two.keras")
    again = keras.models.load_model(tmp_path / "two.keras", compile=False)
    x = tiny.frames()
    assert again.layout.n_bodies == again.encoder.n_bodies == 2
    np.testing.assert_allclose(again(x)["z_prior"], model(x)["z_prior"], atol=1e-6)


def test_flow_of_another_number_of_bodies_is_refused():
    with pytest.raises(UserError, match="Received: 1 and 2"):
        models.SPS(
            frame_shape=tiny.FRAME_SHAPE,
            encoder=layers.ConvEncoder(6, flow=tiny.make_flow(), **SIZES),
            decoder=layers.ConvDecoder(tiny.FRAME_SHAPE, (4,), **tiny.CONVOLUTIONS),
            layout=LatentLayout(SIX, n_bodies=2),
        )
