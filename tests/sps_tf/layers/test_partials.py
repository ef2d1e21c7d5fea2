import keras
import numpy as np
import pytest

from sps_tf.layers import Partials

N_BINS = 513
HZ_PER_BIN = 16_000 / 1024


def tone(f0_hz, envelope=lambda f_hz: 1.0, loudness=1.0):
    """Return (1, bins, 5, 1): partials of a harmonic tone, two bins wide, over a faint floor."""
    bins = np.arange(N_BINS)
    f_hz = f0_hz * np.arange(1, int(7_500 / f0_hz) + 1)
    peaks = np.exp(-0.5 * ((bins[:, None] - f_hz / HZ_PER_BIN) / 1.0) ** 2)
    spectrum = loudness * (0.002 + peaks @ (0.3 * envelope(f_hz) * np.ones(len(f_hz))))
    return np.repeat(spectrum[None, :, None, None], 5, axis=2).astype("float32")


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
