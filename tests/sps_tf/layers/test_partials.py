import keras
import numpy as np
import pytest

from sps_tf.layers import Partials
from tests.sps_tf.layers.tones import HZ_PER_BIN, N_BINS, tone


def read(frames, per_octave=24):
    return keras.ops.convert_to_numpy(Partials(per_octave)(frames))


def test_an_octave_higher_is_a_shift_by_the_places_of_an_octave():
    low, high = (read(tone(f0_hz))[0, :, 0, 0] for f0_hz in (500, 1_000))
    shifts = np.arange(0, 60)
    overlaps = [low[: len(low) - shift] @ high[shift:] for shift in shifts]
    # Every second partial of the lower tone lies on one of the higher, so an overlap at 0 is left.
    assert shifts[np.argmax(overlaps)] == 24


def test_loudness_does_not_matter_and_silence_stays_silent():
    loud, soft = (read(tone(440, loudness=size)) for size in (1.0, 0.05))
    np.testing.assert_allclose(loud, soft, atol=0.1)
    np.testing.assert_allclose(np.sqrt((loud**2).mean()), 1.0, rtol=0.02)
    assert np.all(read(np.zeros((2, N_BINS, 5, 1), "float32")) == 0)


def test_timbre_matters_less_than_in_the_spectrum_and_pitch_more():
    def cosine(a, b):
        return float((a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()))

    dark, bright = (lambda f: np.exp(-f / 800)), (lambda f: np.exp(-f / 4_000))
    one, other = tone(440, dark), tone(440, bright)
    away = tone(440 * 2 ** (3 / 12), dark)
    assert cosine(one, other) < cosine(read(one), read(other))
    assert cosine(read(one), read(other)) > cosine(read(one), read(away)) + 0.1


def test_a_flat_spectrum_has_no_partials():
    # What is left lies at the ends, where the neighbourhood is cut off.
    found = read(np.full((1, N_BINS, 5, 1), 0.5, "float32") + tone(1_000))[0, :, 0, 0]
    middle = found[20:-40]
    assert np.argmax(found) == pytest.approx(24 * np.log2(1_000 / HZ_PER_BIN / 2.5), abs=1.5)
    assert np.mean(middle < 0.05 * found.max()) > 0.4


def test_shape_is_as_announced_and_the_layer_comes_back_from_its_config():
    frames = np.random.default_rng(0).uniform(0, 1, (3, 65, 5, 1)).astype("float32")
    layer = Partials(12, dtype="mixed_bfloat16")
    found = layer(frames)
    assert tuple(found.shape) == tuple(layer.compute_output_shape(frames.shape))
    again = Partials.from_config(layer.get_config())
    np.testing.assert_array_equal(np.asarray(again(frames)), np.asarray(found))
    assert not layer.weights


def test_moved_partials_are_those_of_a_tone_of_another_pitch():
    low, high = (read(tone(f0_hz)) for f0_hz in (500, 1_000))
    moved, away = (
        keras.ops.convert_to_numpy(Partials.transpose(low, np.array([places], "int32")))
        for places in (24, 17)
    )
    np.testing.assert_array_equal(moved[:, :24], 0)
    np.testing.assert_allclose(np.sqrt((moved**2).mean()), 1.0, rtol=0.02)
    # The lower tone has every second partial besides.
    assert (moved * high).mean() > (low * high).mean() + 0.1 > (away * high).mean() + 0.1


def test_partials_move_as_far_as_they_are_told_each_and_what_leaves_the_axis_is_lost():
    partials = np.random.default_rng(0).uniform(1, 2, (4, 10, 2, 1)).astype("float32")
    moved = Partials.transpose(partials, np.array([0, 3, -2, 12], "int32"))
    expected = np.zeros_like(partials)
    expected[0], expected[1, 3:], expected[2, :-2] = partials[0], partials[1, :-3], partials[2, 2:]
    size = np.sqrt((expected**2).mean(axis=(1, 2, 3), keepdims=True))
    np.testing.assert_allclose(moved, expected / (size + 3e-4), rtol=1e-5)
