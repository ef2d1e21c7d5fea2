"""Encoder, decoder, centring, sampler and style pooling."""

import keras
import numpy as np
import pytest
from keras import ops

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.layers import ConvDecoder, ConvEncoder, FrameCentering, GaussianSampler, StylePooling

NETWORKS = {
    "ball": ((32, 32, 3), (4, 4, 4), (2, 2, 2)),
    "paper_text": ((32, 32, 3), (4, 4, 3, 3), (2, 2, 1, 1)),
    "note": ((513, 5, 1), ((5, 5), (8, 1), (4, 1), (4, 1)), (2, (4, 1), (2, 1), (2, 1))),
    "mask": ((64, 64, 1), (4, 4, 4, 4), (2, 2, 2, 2)),
    "odd": ((17, 9, 2), (3, 3), (2, 2)),
}


def convolutions(name: str) -> dict:
    _, kernel_sizes, strides = NETWORKS[name]
    return {
        "filters": tuple(range(2, 2 + len(strides))),
        "kernel_sizes": kernel_sizes,
        "strides": strides,
    }


def step_seed() -> seeds.StepSeed:
    return seeds.StepSeed(1, ops.convert_to_tensor(0, dtype="int32"))


@pytest.mark.parametrize("name", NETWORKS)
def test_encoder_and_decoder_mirror_each_other_for_any_frame_size(name):
    frame_shape = NETWORKS[name][0]
    encoder = ConvEncoder(3, **convolutions(name))
    decoder = ConvDecoder(frame_shape, (4,), **convolutions(name))
    z_mean, z_logvar = encoder(np.zeros((2, 3, *frame_shape), "float32"))
    assert z_mean.shape == z_logvar.shape == (2, 3, 3)
    assert decoder(np.zeros((5, 3), "float32")).shape == (5, *frame_shape)
    assert encoder.map_shape == decoder.map_shape


def test_paper_text_shrinks_the_ball_to_8_by_8_and_the_release_to_4_by_4():
    for name, size in (("paper_text", 8), ("ball", 4)):
        decoder = ConvDecoder((32, 32, 3), (16, 32, 64), **convolutions(name))
        assert decoder.map_shape[:2] == (size, size)


def test_every_frame_is_encoded_alone():
    encoder = ConvEncoder(3, **convolutions("odd"))
    frames = np.random.default_rng(0).uniform(size=(2, 4, 17, 9, 2)).astype("float32")
    whole, _ = encoder(frames)
    single, _ = encoder(frames[1:, 2:3])
    np.testing.assert_allclose(whole[1, 2], single[0, 0], atol=1e-5)


def test_centering_subtracts_the_median_and_scales():
    layer = FrameCentering(scale=4.0)
    frames = np.full((3, 2, 2, 1), 0.75, "float32")
    np.testing.assert_allclose(layer(frames), 3.0)
    layer.adapt(np.full((2, 2, 1), 0.5, "float32"))
    np.testing.assert_allclose(layer(frames), 1.0)


def test_shifted_frames_are_those_of_what_lies_elsewhere_in_the_picture():
    frames = np.random.default_rng(0).uniform(size=(3, 4, 5, 2)).astype("float32")
    shifted = FrameCentering.shift(frames, np.array([[1, 0], [-2, 3], [0, -5]], "int32"))
    by_hand = np.zeros_like(frames)
    by_hand[0, 1:] = frames[0, :3]
    by_hand[1, :2, 3:] = frames[1, 2:, :2]
    np.testing.assert_array_equal(ops.convert_to_numpy(shifted), by_hand)


def test_decoder_starts_at_the_mean_frame():
    decoder = ConvDecoder((17, 9, 2), (4,), **convolutions("odd"), output_bias="frame")
    z = np.zeros((1, 3), "float32")
    decoder(z)
    mean_frame = np.random.default_rng(0).uniform(0.1, 0.9, size=(17, 9, 2))
    decoder.adapt(mean_frame)
    np.testing.assert_allclose(ops.sigmoid(decoder(z))[0], mean_frame, atol=1e-5)


def test_a_mean_frame_of_pure_black_and_white_gives_finite_logits():
    decoder = ConvDecoder((17, 9, 2), (4,), **convolutions("odd"), output_bias="frame")
    decoder.build((None, 3))
    decoder.adapt(np.round(np.random.default_rng(0).uniform(size=(17, 9, 2))))
    assert np.isfinite(ops.convert_to_numpy(decoder(np.zeros((1, 3), "float32")))).all()


def test_map_is_filled_linearly_as_in_the_published_code_or_by_relus():
    keras.utils.set_random_seed(0)
    smallest = {}
    for activation in ("relu", "linear"):
        decoder = ConvDecoder((8, 8, 1), (4,), (2,), (3,), (2,), map_activation=activation)
        h = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
        for layer in decoder.dense:
            h = layer(h)
        smallest[activation] = float(np.min(np.asarray(h)))
        assert ConvDecoder.from_config(decoder.get_config()).map_activation == activation
    assert smallest["relu"] == 0 > smallest["linear"]


def test_bends_of_the_first_layer_are_spread_over_the_latents():
    keras.utils.set_random_seed(0)
    plain, spread = (
        ConvDecoder((32, 32, 3), dense_units=(500,), bend_limit=limit) for limit in (0, 2)
    )
    for decoder in (plain, spread):
        decoder.build((None, 1))
    bends = [
        -np.asarray(d.dense[0].bias) / np.asarray(d.dense[0].kernel)[0] for d in (plain, spread)
    ]
    assert np.all(bends[0] == 0)
    within = np.abs(bends[1]) < 2
    assert within.mean() > 0.4  # a ratio of uniforms: half lie within the limit
    assert np.histogram(bends[1][within], bins=4, range=(-2, 2))[0].min() > 30
    assert ConvDecoder.from_config(spread.get_config()).bend_limit == 2


@pytest.mark.parametrize("rule, expected", [("standard", 0.5), ("paper_release", 0.125)])
def test_the_noise_has_the_deviation_of_its_rule(rule, expected):
    # Variance 1/4: the KL term assumes a deviation of 1/2; the published code has 0.5 / 4.
    z_mean = np.full((100, 100, 3), 2.0, "float32")
    z_logvar = np.full_like(z_mean, np.log(0.25))
    z = ops.convert_to_numpy(GaussianSampler(rule)(z_mean, z_logvar, seed=step_seed()))
    np.testing.assert_allclose(z.std(), expected, rtol=0.02)
    np.testing.assert_allclose(z.mean(), 2.0, atol=0.02)


def test_style_pooling_takes_one_step_of_each_sequence():
    style = np.random.default_rng(0).normal(size=(50, 6, 2)).astype("float32")
    pooled = ops.convert_to_numpy(StylePooling()(style, seed=step_seed()))
    matches = (pooled == style).all(axis=-1)
    assert (matches.sum(axis=1) == 1).all()
    assert len(set(matches.argmax(axis=1))) == 6
    np.testing.assert_array_equal(StylePooling()(style), style[:, :1])


def test_style_pooling_of_the_published_code_takes_one_of_the_first_steps_for_the_batch():
    style = np.tile(np.arange(6, dtype="float32")[None, :, None], (50, 1, 2))
    layer, found = StylePooling("batch", n_frames=3), set()
    for step in range(30):
        pooled = ops.convert_to_numpy(
            layer(style, seed=seeds.StepSeed(1, ops.convert_to_tensor(step)))
        )
        assert np.ptp(pooled) == 0
        found.add(int(pooled[0, 0, 0]))
    assert found == {0, 1, 2}
    with pytest.raises(UserError, match=r"style_index.*'clip'"):
        StylePooling("clip")
    with pytest.raises(UserError, match=r"needs a frame.*Received: 0"):
        StylePooling(n_frames=0)


@pytest.mark.parametrize(
    "bad", [{"filters": (1,)}, {"filters": (), "kernel_sizes": (), "strides": ()}]
)
def test_uneven_convolutions_are_refused(bad):
    with pytest.raises(UserError, match="each convolution"):
        ConvEncoder(3, **{**convolutions("odd"), **bad})


def test_unknown_options_are_refused():
    with pytest.raises(UserError, match="noise_rule must be one of"):
        GaussianSampler("standrad")
    with pytest.raises(UserError, match="output_bias must be one of"):
        ConvDecoder((17, 9, 2), (4,), **convolutions("odd"), output_bias="pixel")
