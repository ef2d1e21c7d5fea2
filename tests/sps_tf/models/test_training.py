"""The custom train step, saving, mixed precision and two replicas (TensorFlow)."""

import keras
import numpy as np
import pytest

from sps_tf.models import SPS
from tests.sps_tf.models import tiny

tf = pytest.importorskip("tensorflow")
# What a replica of a distributed step sees differs from one device in the draws only, so these
# options leave no draw that matters: no noise, no symmetry.
QUIET = {"stochastic": False, "n_transforms": 0}


def batches(n_steps: int, size: int = 4) -> tf.data.Dataset:
    x = np.concatenate([tiny.frames(size, seed=i) for i in range(n_steps)])
    return tf.data.Dataset.from_tensor_slices(x).batch(size, drop_remainder=True)


@pytest.mark.parametrize(
    "make",
    [
        tiny.make_sps,
        lambda: tiny.make_sps(group_mode="separate", decode_transforms="one"),
        lambda: tiny.make_sps(stochastic=False, n_transforms=0),
        lambda: tiny.make_sps(style=("s1", "s2"), latent_scale="variance"),
        tiny.make_beta_vae,
    ],
)
def test_fit_lowers_the_loss_and_logs_every_term(make):
    model = make()
    data = batches(4).repeat()
    first = model.fit(data, steps_per_epoch=4, verbose=0, shuffle=False).history
    last = model.fit(data, steps_per_epoch=4, epochs=15, verbose=0, shuffle=False).history
    assert last["loss"][-1] < first["loss"][0]
    assert {"loss", "gradient_norm", "nonfinite_step", *model.loss_names} <= set(last)
    assert last["nonfinite_step"][-1] == -1
    assert int(model.step) == int(model.optimizer.iterations) == 64


def test_a_gradient_reaches_every_weight():
    model = tiny.make_sps()
    with tf.GradientTape() as tape:
        loss = model.compute_loss(tf.constant(tiny.frames(8)), training=True)
    gradients = tape.gradient(loss, model.trainable_weights)
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        assert gradient is not None and np.abs(gradient).max() > 0, weight.path


def test_same_seed_same_losses_and_another_seed_others():
    logs = [
        tiny.make_sps(seed=seed).fit(batches(3), verbose=0, shuffle=False).history["loss"]
        for seed in (3, 3, 4)
    ]
    assert logs[0] == logs[1] != logs[2]


def test_saved_and_loaded_model_continues_bit_for_bit(tmp_path):
    model = tiny.make_sps()
    model.fit(batches(3), verbose=0, shuffle=False)
    model.save(tmp_path / "model.keras")
    copy = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(copy, SPS) and int(copy.step) == 3
    for m in (model, copy):
        m.fit(batches(4).skip(1), verbose=0, shuffle=False)
    for a, b in zip(model.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(model.optimizer.variables, copy.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_step_that_is_not_finite_is_named_and_leaves_the_weights_finite():
    model = tiny.make_sps(stochastic=False)
    model.fit(batches(2), verbose=0, shuffle=False)
    bad = tiny.frames()
    bad[0, 0, 0, 0, 0] = np.nan
    # The optimiser's momentum still moves: only the gradient of the bad step is left out.
    logs = model.train_step(tf.constant(bad))
    assert int(logs["nonfinite_step"]) == 2
    assert all(np.isfinite(w).all() for w in model.get_weights())
    assert not np.isfinite(logs["recon_self"])


def test_the_part_rates_act_on_their_parts_only():
    from sps_tf.optimizers import ComponentAdam

    model = tiny.make_sps(**QUIET)
    rules = {"encoder": {"hold_steps": 2, "ramp_steps": 2}, "prior": {"factor": 0.0}}
    model.compile(optimizer=ComponentAdam(1e-2, rules), jit_compile=False)

    def moved() -> dict[str, bool]:
        before = {w.path: np.array(w) for w in model.trainable_weights}
        model.fit(batches(1), verbose=0, shuffle=False)
        changes = {w.path: not np.array_equal(before[w.path], w) for w in model.trainable_weights}
        return {
            part: any(v for path, v in changes.items() if part in path.split("/"))
            for part in ("encoder", "decoder", "prior")
        }

    assert moved() == {"encoder": False, "decoder": True, "prior": False}
    assert moved() == {"encoder": False, "decoder": True, "prior": False}
    assert moved() == {"encoder": True, "decoder": True, "prior": False}


def test_rate_factors_by_hand():
    from sps_tf.optimizers import ComponentAdam

    optimizer = ComponentAdam(1.0)
    rule = {"factor": 3.0, "hold_steps": 10, "ramp_steps": 3}
    factors = []
    for step in (0, 9, 10, 11, 13, 500):
        optimizer.iterations.assign(step)
        factors.append((float(optimizer._factor(rule)), float(optimizer._factor({}))))
    np.testing.assert_allclose([a for a, _ in factors], [0, 0, 0.75, 1.5, 3, 3])
    assert {b for _, b in factors} == {1.0}


def test_mixed_precision_keeps_float32_weights_and_finite_losses():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = tiny.make_sps()
        history = model.fit(batches(2), verbose=0, shuffle=False).history
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.isfinite(history["loss"]).all()
    assert {keras.backend.standardize_dtype(w.dtype) for w in model.trainable_weights} == {
        "float32"
    }
    # bfloat16 has 8 bits: the same losses within a few per cent.
    reference = tiny.make_sps().fit(batches(2), verbose=0, shuffle=False).history
    np.testing.assert_allclose(history["recon_self"], reference["recon_self"], rtol=0.05)


def test_two_replicas_take_the_same_step_as_one_device():
    devices = tf.config.list_logical_devices("CPU")
    if len(devices) < 2:
        pytest.fail("tests/conftest.py makes two logical CPU devices before TensorFlow starts")
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    # Plain gradient descent: Adam's division would blow up the rounding of small gradients.
    with strategy.scope():
        mirrored = tiny.make_sps(**QUIET)
        mirrored.compile(optimizer=keras.optimizers.SGD(1e-5), jit_compile=False)
    single = tiny.make_sps(**QUIET)
    single.compile(optimizer=keras.optimizers.SGD(1e-5), jit_compile=False)
    start = [np.array(w) for w in single.trainable_weights]
    logs = {m: m.fit(batches(3), verbose=0, shuffle=False).history for m in (mirrored, single)}
    np.testing.assert_allclose(logs[mirrored]["loss"], logs[single]["loss"], rtol=1e-4)
    pairs = zip(mirrored.trainable_weights, single.trainable_weights, start, strict=True)
    for a, b, before in pairs:
        moved = np.abs(np.array(b) - before).max()
        assert moved > 0, b.path
        np.testing.assert_allclose(a, b, atol=0.01 * moved, rtol=1e-5, err_msg=a.path)


def test_two_replicas_draw_different_noise():
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    model = tiny.make_sps()

    def draw() -> tf.Tensor:
        return keras.random.normal((3,), seed=model.stream("noise"))

    first, second = strategy.experimental_local_results(strategy.run(tf.function(draw)))
    assert not np.allclose(first, second)
