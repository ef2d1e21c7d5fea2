"""The three branches and their losses, against step-by-step NumPy."""

import numpy as np
import pytest
from keras import ops

from sps_tf import layers, losses, seeds
from sps_tf.errors import UserError
from tests.sps_tf.models import tiny


def elements_of(model, n_sequences: int):
    """Draw the group elements that the model draws at step 0."""
    stream = seeds.StepSeed(seeds.fold(model.seed, "group"), ops.convert_to_tensor(0))
    return model.group.sample((model.n_transforms, n_sequences), stream)


def distance(a, b) -> float:
    return float(np.mean(np.sum((np.asarray(a) - np.asarray(b)) ** 2, axis=(-2, -1))))


def bce(model, z, frames) -> float:
    """Mean over leading axes of the cross-entropy summed over time and pixels."""
    p = np.asarray(model.decode(z)).clip(1e-7, 1 - 1e-7)
    nats = -(frames * np.log(p) + (1 - frames) * np.log(1 - p))
    return float(nats.sum(axis=(-4, -3, -2, -1)).mean())


def test_all_terms_equal_the_equations_computed_one_transform_at_a_time():
    model = tiny.make_sps(stochastic=False)
    x = tiny.frames()
    terms = tiny.losses_of(model)(x)
    z = model.encode(x)
    z_prior = model.rollout(z)
    elements = elements_of(model, len(x))
    z_symmetry = []
    for k in range(model.n_transforms):
        element = type(elements)(elements.matrix[k], elements.offset[k])
        moved = model.rollout(model.group.apply(z, element))
        z_symmetry.append(model.group.inverse(moved, element))
    expected = {
        "recon_self": bce(model, z, x),
        "recon_prior": bce(model, z_prior, x[:, 1:]),
        "recon_symmetry": np.mean([bce(model, s, x[:, 1:]) for s in z_symmetry]),
        "latent_prior": distance(z_prior, z[:, 1:]),
        "symmetry_prior": np.mean([distance(s, z_prior) for s in z_symmetry]),
        "symmetry_latent": np.mean([distance(s, z[:, 1:]) for s in z_symmetry]),
    }
    assert set(terms) == set(model.loss_names) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, err_msg=name)


def test_terms_of_the_moments_and_the_style_equal_their_definitions():
    model = tiny.make_sps(
        stochastic=False,
        style=("z4",),
        flow=tiny.make_flow(),
        moments=layers.FrameMoments(3, name="moments"),
    )
    x = tiny.frames()
    for weight in model.encoder.flow.weights:
        weight.assign(weight + 0.1)
    bent = np.asarray(model.encoder.encode_bent(ops.convert_to_tensor(x))[0])
    content = np.asarray(model.encoder.flow(bent[..., :3])[0])
    z = np.asarray(model.encode(x))
    np.testing.assert_allclose(z, np.concatenate([content, bent[..., 3:]], -1), atol=1e-6)
    assert model.moments.adapt(x) == 3
    terms = tiny.losses_of(model)(x)
    moments, whole = model.moments.latents(x)
    whole = whole[..., None]
    assert 0 < whole.mean() < 1
    expected = {
        "imitation": distance(whole * bent[..., :3], whole * moments),
        "inconstancy": tiny.N_TIMES * bent[..., 3].var(axis=1).mean() / bent[..., 3].var(),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-3, err_msg=name)
    assert set(expected) < set(model.loss_names)


def test_imitation_of_moved_partials_equals_a_hand_calculation():
    shape = (48, 2, 1)
    moments = layers.SlowComponents(
        1, 2, input_layer=layers.Partials(12), transpose_octaves=0.5, name="moments"
    )
    model = tiny.make_of_partials(shape, moments)
    x = np.random.default_rng(0).uniform(size=(4, tiny.N_TIMES, *shape)).astype("float32")
    assert moments.adapt(x) == 1
    term = tiny.losses_of(model)(x)["imitation"]
    up = ops.convert_to_numpy(moments.draw_places(4, model.stream("transpose")))
    assert np.abs(up).max() <= 6 and len(set(up)) > 1
    partials = model.encoder.prepare(ops.convert_to_tensor(x))
    moved = layers.Partials.transpose(partials, up.repeat(tiny.N_TIMES))
    given = ops.convert_to_numpy(model.encoder.encode_prepared(moved, tiny.N_TIMES)[0])[..., :1]
    mean = ops.convert_to_numpy(moved).mean(axis=2).reshape(4, tiny.N_TIMES, -1)
    shown = mean @ ops.convert_to_numpy(moments.matrix) + ops.convert_to_numpy(moments.offset)
    np.testing.assert_allclose(term, distance(given, shown), rtol=1e-4)


def test_inconstancy_without_a_weight_is_not_computed():
    weights = {**tiny.weights(losses.LOSS_NAMES), "inconstancy": 0.0}
    model = tiny.make_sps(style=("z4",), loss_weights=weights)
    terms = tiny.losses_of(model, training=True)(tiny.frames())
    assert set(terms) == set(model.loss_names)
    assert "inconstancy" not in terms


def test_moments_that_say_too_little_are_not_imitated():
    model = tiny.make_sps(moments=layers.FrameMoments(3, name="moments"))
    assert model.moments.adapt(np.zeros((4, tiny.N_TIMES, *tiny.FRAME_SHAPE), "uint8")) == 0
    terms = tiny.losses_of(model, training=True)(tiny.frames())
    assert float(terms["imitation"]) == 0


def test_total_loss_is_the_weighted_sum_of_the_terms():
    model = tiny.make_sps(stochastic=False)
    x = ops.convert_to_tensor(tiny.frames())
    terms = tiny.losses_of(model)(x)
    expected = sum(model.loss_weights_table[name] * value for name, value in terms.items())
    np.testing.assert_allclose(float(model.compute_loss(x, training=False)), expected, rtol=1e-5)


def test_separate_sets_add_up_the_losses_of_each_factor():
    x = ops.convert_to_tensor(tiny.frames())
    both = tiny.make_sps(stochastic=False, group_mode="separate")
    terms = tiny.losses_of(both)(x)
    z = both.encode(x)
    stream = seeds.StepSeed(seeds.fold(both.seed, "group"), ops.convert_to_tensor(0))
    expected = {"symmetry_latent": 0.0, "recon_symmetry": 0.0}
    for factor in both.group.factors:
        elements = factor.sample((both.n_transforms, len(x)), stream)
        for k in range(both.n_transforms):
            element = type(elements)(elements.matrix[k], elements.offset[k])
            back = factor.inverse(both.rollout(factor.apply(z, element)), element)
            expected["symmetry_latent"] += distance(back, z[:, 1:]) / both.n_transforms
            expected["recon_symmetry"] += bce(both, back, tiny.frames()[:, 1:]) / both.n_transforms
    for name, value in expected.items():
        np.testing.assert_allclose(terms[name], value, rtol=1e-4, err_msg=name)


def test_an_equivariant_prior_has_no_symmetry_loss():
    model = tiny.make_sps(stochastic=False)
    # A residual prior with a head of zeros predicts z_{t+1} = z_t, which commutes with all S.
    model.prior.residual = True
    model.prior.head.kernel.assign(np.zeros((5, 3)))
    terms = tiny.losses_of(model)(tiny.frames())
    assert terms["symmetry_prior"] < 1e-8 < terms["latent_prior"]
    np.testing.assert_allclose(terms["symmetry_latent"], terms["latent_prior"], rtol=1e-4)


@pytest.mark.parametrize("options", [{"n_transforms": 0}, {"group": None}])
def test_no_symmetry_leaves_its_terms_out(options):
    model = tiny.make_sps(**options)
    assert set(model.loss_names) == {"recon_self", "recon_prior", "latent_prior", "kl"}
    terms = tiny.losses_of(model, training=True)(tiny.frames())
    assert set(terms) == set(model.loss_names)


def test_an_autoencoder_has_no_kl_and_no_noise():
    model = tiny.make_sps(stochastic=False)
    assert "kl" not in model.loss_names
    z, _ = model.posterior(ops.convert_to_tensor(tiny.frames()), training=True)
    np.testing.assert_allclose(z, model.encode(tiny.frames()), atol=1e-6)


def mean_over_steps(model, n_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard error of the three reconstruction terms."""
    x = ops.convert_to_tensor(tiny.frames(8))
    values, losses_at = [], tiny.losses_of(model, training=True)
    for step in range(n_steps):
        model.step.assign(step)
        terms = losses_at(x)
        values.append([terms[name] for name in ("recon_self", "recon_prior", "recon_symmetry")])
    return np.mean(values, axis=0), np.std(values, axis=0) / np.sqrt(n_steps)


def test_decoding_a_part_estimates_the_whole_loss_without_bias():
    options = {"decode_transforms": "one", "n_self_frames": 2, "n_predicted_frames": 2}
    whole, error_whole = mean_over_steps(tiny.make_sps(stochastic=False), 10)
    part, error_part = mean_over_steps(tiny.make_sps(stochastic=False, **options), 40)
    assert (error_part > 0).all()
    assert (abs(part - whole) < 4 * (error_part + error_whole) + 1e-5 * whole).all()


def stretch(model, factor: float) -> None:
    kernel = model.encoder.mean_head.kernel
    kernel.assign(factor * ops.convert_to_numpy(kernel))


def test_variance_scale_makes_latent_losses_blind_to_the_size_of_z():
    model = tiny.make_sps(stochastic=False, latent_scale="variance")
    # A linear prior: z_{t+1} = z_t, whatever the scale.
    model.prior.residual = True
    model.prior.head.kernel.assign(np.zeros((5, 3)))
    x = ops.convert_to_tensor(tiny.frames())
    stretch(model, 100.0)
    losses_at = tiny.losses_of(model)
    before = losses_at(x)
    stretch(model, 3.0)
    after = losses_at(x)
    for name in ("latent_prior", "symmetry_latent"):
        np.testing.assert_allclose(after[name], before[name], rtol=1e-2)


def test_variance_scale_translates_in_units_of_the_spread():
    model = tiny.make_sps(stochastic=False, latent_scale="variance", group="R3")
    content = model.encode(tiny.frames())
    scale = np.asarray(model._scale(content))
    std = np.sqrt(np.asarray(content).reshape(-1, 3).var(axis=0).mean())
    np.testing.assert_allclose(np.sqrt(scale), std, rtol=1e-2)


def test_style_is_pooled_and_content_alone_is_predicted():
    model = tiny.make_sps(style=("s1", "s2"))
    outputs = model(tiny.frames())
    assert outputs["z"].shape == (4, tiny.N_TIMES, 5)
    assert outputs["z_prior"].shape == (4, tiny.N_TIMES - 1, 3)
    terms = tiny.losses_of(model, training=True)(tiny.frames())
    assert all(np.isfinite(value) for value in terms.values())


def test_transformed_rollout_commutes_for_the_identity_group():
    model = tiny.make_sps(group="identity")
    z = model.encode(tiny.frames())
    seed = seeds.StepSeed(1, ops.convert_to_tensor(0))
    z_symmetry = model.transformed_rollout(z, seed, n_transforms=3)
    assert z_symmetry.shape == (3, 4, tiny.N_TIMES - 1, 3)
    np.testing.assert_allclose(z_symmetry[1], model.rollout(z), atol=1e-5)


def test_free_run_after_n_given_ignores_later_latents():
    model = tiny.make_sps()
    z = np.array(model.encode(tiny.frames()))
    changed = z.copy()
    changed[:, 3:] = 9.0
    np.testing.assert_array_equal(model.rollout(z, 3), model.rollout(changed, 3))
    assert not np.allclose(model.rollout(z, 4), model.rollout(changed, 4))


@pytest.mark.parametrize(
    "options",
    [
        {"n_transforms": -1},
        {"n_given": 0},
        {"group_mode": "together"},
        {"decode_transforms": "two"},
        {"latent_scale": "std"},
        {"loss_weights": {"recon_self": 1.0}},
        {"loss_weights": {**{name: 1.0 for name in losses.LOSS_NAMES}, "extra": 1.0}},
    ],
)
def test_bad_options_are_refused(options):
    with pytest.raises((UserError, TypeError), match=r"Received|multiple values"):
        tiny.make_sps(**options)


def test_frames_of_a_wrong_rank_are_refused():
    model = tiny.make_sps()
    fresh = type(model).from_config(model.get_config())
    with pytest.raises(UserError, match="time, height, width"):
        fresh.build((None, 8, 8, 1))
