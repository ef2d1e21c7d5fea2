"""Every layer of the library: config, shapes, precision and gradients."""

import numpy as np
import pytest
from keras import ops

from sps_tf import layers, seeds
from tests.sps_tf.layers.layer_test import run_layer_test

CONVOLUTIONS = {"filters": (3, 4), "kernel_sizes": (3, (3, 2)), "strides": (2, (2, 1))}
CONTENT = ("z1", "z2", "z3")


def array(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0.1, 0.9, shape).astype("float32")


def step_seed() -> seeds.StepSeed:
    return seeds.StepSeed(1, ops.convert_to_tensor(0, dtype="int32"))


def encoder(**options: object) -> layers.ConvEncoder:
    return layers.ConvEncoder(2, **CONVOLUTIONS, **options)


def decoder(**options: object) -> layers.ConvDecoder:
    return layers.ConvDecoder((17, 9, 2), (4,), **CONVOLUTIONS, **options)


CASES = {
    "encoder": (
        lambda: encoder(logvar_bias=-1.0, centering=layers.FrameCentering(2.0)),
        [array(3, 2, 17, 9, 2)],
        ((3, 2, 2), (3, 2, 2)),
    ),
    "encoder_of_an_autoencoder": (
        lambda: encoder(stochastic=False),
        [array(3, 2, 17, 9, 2)],
        ((3, 2, 2), None),
    ),
    "encoder_with_a_flow": (
        lambda: encoder(flow=layers.CouplingFlow(1, n_passes=1, units=3)),
        [array(3, 2, 17, 9, 2)],
        ((3, 2, 2), (3, 2, 2)),
    ),
    "encoder_with_a_place_head": (
        lambda: encoder(place_head=layers.PlaceHead((2, 3))),
        [array(3, 2, 17, 9, 2)],
        ((3, 2, 2), (3, 2, 2)),
    ),
    "decoder": (decoder, [array(5, 3)], (5, 17, 9, 2)),
    "decoder_with_a_frame_as_bias": (
        lambda: decoder(output_bias="frame"),
        [array(5, 3)],
        (5, 17, 9, 2),
    ),
    "as_sequences": (layers.AsSequences, [array(6, 1, 4), array(2, 3, 5, 5, 1)], (2, 3, 4)),
    "centering": (lambda: layers.FrameCentering(4.0), [array(2, 5, 4, 1)], (2, 5, 4, 1)),
    "blur": (
        lambda: layers.FrequencyBlur(4.0, scale=9.5),
        [array(2, 20, 3, 1)],
        (2, 20, 3, 1),
    ),
    "place_head": (lambda: layers.PlaceHead((2, 3)), [array(4, 20, 3, 1)], (4, 1)),
    "sharp_partials": (
        lambda: layers.Partials(12, blur_octaves=0.0),
        [array(2, 20, 3, 1)],
        (2, 36, 3, 1),
    ),
    "partials": (lambda: layers.Partials(12), [array(2, 20, 3, 1)], (2, 36, 3, 1)),
}
PRIORS = {
    "simple_rnn": lambda: layers.RecurrentPrior(3, units=5),
    "gru": lambda: layers.RecurrentPrior(3, cell="gru", units=5, n_layers=2, residual=True),
}
GROUPS = ("identity", "R1", "SO(2)", "SO(3)", "(R^2,+)xSO(2)")


@pytest.mark.parametrize("name", CASES)
def test_layers_of_frames(name):
    run_layer_test(*CASES[name])


@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("given", [None, [[True, False, True, False, True, False]]])
def test_prior(name, given):
    mask = None if given is None else np.array(given)
    run_layer_test(
        PRIORS[name], [array(4, 6, 3)], (4, 5, 3), call_arguments={"n_given": 2, "given": mask}
    )


def test_pitch_encoder_has_full_precision_at_its_end():
    run_layer_test(
        lambda: layers.PitchEncoder((3, 4), (5, 3), (2, 1), score_kernel_size=7, units=5),
        [array(6, 40)],
        ((6, 1), (6, 1)),
        output_dtype="float32",
    )


@pytest.mark.parametrize("size", [1, 3])
def test_flow_has_full_precision_for_its_determinant(size):
    run_layer_test(
        lambda: layers.CouplingFlow(size, n_passes=2, units=8, seed=3),
        [array(5, 2, size)],
        ((5, 2, size), (5, 2)),
        output_dtype="float32",
    )


def test_moments_have_full_precision():
    run_layer_test(
        lambda: layers.FrameMoments(3),
        [array(4, 2, 9, 7, 3)],
        ((4, 2, 3), (4, 2)),
        output_dtype="float32",
    )


@pytest.mark.parametrize("rule", ["standard", "paper_release"])
def test_sampler(rule):
    run_layer_test(
        lambda: layers.GaussianSampler(rule),
        [array(4, 3, 2), array(4, 3, 2)],
        (4, 3, 2),
        seed=step_seed,
    )


def test_style_pooling():
    run_layer_test(layers.StylePooling, [array(4, 6, 2)], (4, 1, 2), seed=step_seed)


@pytest.mark.parametrize("name", GROUPS)
def test_groups(name):
    group = layers.make_group(name, CONTENT, translation_limit=0.5)
    run_layer_test(
        lambda: layers.make_group(name, CONTENT, translation_limit=0.5),
        [array(2, 4, 6, 3)],
        (2, 4, 6, 3),
        call_arguments={"element": group.sample((2, 4), step_seed())},
    )
