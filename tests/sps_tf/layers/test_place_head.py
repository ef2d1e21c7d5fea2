import keras
import numpy as np
import pytest
from keras import ops

from sps_tf.errors import UserError
from sps_tf.layers import ConvEncoder, PlaceHead

N_PLACES = 80


def peaks(places):
    """Return (n, places, hops, 1): a narrow peak at each place, alike in all hops."""
    spectra = np.exp(-0.5 * ((np.arange(N_PLACES) - np.asarray(places)[:, None]) / 1.5) ** 2)
    return np.repeat(spectra[..., None, None], 3, axis=2).astype("float32")


def make_head():
    """Return a head whose score is the height of the spectrum, so that it finds the peak."""
    head = PlaceHead((1,))
    head.build((None, N_PLACES, 3, 1))
    for layer, height in ((head.convolutions[0], 1.0), (head.score, 50.0)):
        kernel = np.zeros(layer.kernel.shape, "float32")
        kernel[(kernel.shape[0] - 1) // 2] = height
        layer.kernel.assign(kernel)
    return head


def test_the_number_is_linear_in_the_place_of_the_peak():
    places = np.arange(20, 60, 2.0)
    found = ops.convert_to_numpy(make_head()(peaks(places)))[:, 0]
    slope, start = np.polyfit(places, found, 1)
    np.testing.assert_allclose(found, slope * places + start, atol=0.01)
    # Two hundredths a place: 40 places after the stride of two, from -1 to 1.
    assert slope == pytest.approx(2 / 39 / 2, rel=0.02)


def test_rescaling_twice_is_rescaling_by_both():
    head, spectra = make_head(), peaks([30, 40, 50])
    before = ops.convert_to_numpy(head(spectra))
    head.rescale(0.1, 0.5)
    head.rescale(-1.0, 4.0)
    expected = ((before - 0.1) / 0.5 + 1.0) / 4.0
    np.testing.assert_allclose(ops.convert_to_numpy(head(spectra)), expected, atol=1e-6)


def test_the_encoder_s_first_latent_is_the_place_and_the_linear_layer_gives_the_others():
    keras.utils.set_random_seed(0)
    encoder = ConvEncoder(3, (2,), ((4, 3),), ((4, 3),), place_head=make_head())
    frames = peaks([25, 30, 50, 55]).reshape(2, 2, N_PLACES, 3, 1)
    mean, logvar = (ops.convert_to_numpy(part) for part in encoder(frames))
    assert mean.shape == logvar.shape == (2, 2, 3)
    places = ops.convert_to_numpy(make_head()(frames.reshape(-1, N_PLACES, 3, 1)))
    np.testing.assert_allclose(mean[..., 0].reshape(-1, 1), places, atol=1e-6)
    assert encoder.mean_head.kernel.shape[-1] == 2
    again = ConvEncoder.from_config(encoder.get_config())
    assert isinstance(again.place_head, PlaceHead)
    assert again.place_head.filters == (1,)


def test_a_latent_must_be_left_for_the_linear_layer():
    with pytest.raises(UserError, match=r"at least one. Received: latent_size=1"):
        ConvEncoder(1, (2,), (4,), (4,), place_head=PlaceHead((1,)))


def test_a_head_without_convolutions_is_refused():
    with pytest.raises(UserError, match=r"a width for each convolution. Received: \(\)"):
        PlaceHead(())
