"""What every layer must keep to, in one function, as keras-hub has it."""

import json

import keras
import numpy as np
from keras import ops, tree

DTYPES = {"float32": "float32", "mixed_bfloat16": "bfloat16"}


def run_layer_test(
    make, inputs, expected_shape, output_dtype=None, seed=None, call_arguments=None
) -> None:
    """Check config round trip, output shape and dtype in both precisions, and gradients.

    Args:
        make: returns a new layer.
        inputs: arrays, the layer's first arguments.
        expected_shape: shape of the output, or a tuple of shapes; None for an output of None.
        output_dtype: of the output in every precision. Default the precision's own.
        seed: returns a new generator of seeds, for layers that take one. Default None.
        call_arguments: further arguments of the call by name. Default none.
    """

    def call(layer):
        arguments = {} if seed is None else {"seed": seed()}
        return layer(*inputs, **arguments, **(call_arguments or {}))

    before = keras.config.dtype_policy()
    for policy, compute_dtype in DTYPES.items():
        keras.config.set_dtype_policy(policy)
        try:
            layer = make()
            _check_output(layer, call(layer), inputs, expected_shape, output_dtype or compute_dtype)
            _fill(layer)
            if policy == "float32":
                _check_round_trip(layer, call)
                _check_gradients(layer, call)
        finally:
            keras.config.set_dtype_policy(before)


def _check_output(layer, outputs, inputs, expected_shape, dtype) -> None:
    assert _shapes(outputs) == expected_shape
    assert layer.compute_output_shape(*(np.shape(x) for x in inputs)) == expected_shape
    for output in tree.flatten(outputs):
        if output is not None:
            assert keras.backend.standardize_dtype(output.dtype) == dtype
    assert {keras.backend.standardize_dtype(w.dtype) for w in layer.weights} <= {"float32"}


def _shapes(outputs):
    if isinstance(outputs, tuple | list):
        return tuple(_shapes(output) for output in outputs)
    return None if outputs is None else tuple(outputs.shape)


def _fill(layer) -> None:
    """Give every weight random numbers: one that starts at 0 may hold another's gradient up."""
    rng = np.random.default_rng(0)
    for weight in layer.weights:
        weight.assign(rng.normal(scale=0.3, size=weight.shape))


def _check_round_trip(layer, call) -> None:
    config = json.loads(json.dumps(layer.get_config()))
    copy = keras.saving.deserialize_keras_object(
        json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    )
    assert type(copy) is type(layer)
    assert json.loads(json.dumps(copy.get_config())) == config
    call(copy)  # builds it
    copy.set_weights(layer.get_weights())
    for ours, theirs in zip(tree.flatten(call(layer)), tree.flatten(call(copy)), strict=True):
        if ours is not None:
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


def _check_gradients(layer, call) -> None:
    if keras.backend.backend() != "tensorflow" or not layer.trainable_weights:
        return
    import tensorflow as tf

    with tf.GradientTape() as tape:
        outputs = [output for output in tree.flatten(call(layer)) if output is not None]
        loss = sum(ops.sum(ops.square(output - 0.7)) for output in outputs)
    gradients = tape.gradient(loss, layer.trainable_weights)
    for weight, gradient in zip(layer.trainable_weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.isfinite(gradient).all() and np.abs(gradient).max() > 0, weight.path
