"""The encoder of the SPICE baseline."""

import numpy as np
import pytest
from keras import ops

from sps_tf.errors import UserError
from sps_tf.layers import PitchEncoder


def make(**options: object) -> PitchEncoder:
    encoder = PitchEncoder(
        **{"filters": (3, 4), "kernel_sizes": (5, 3), "strides": (2, 1), **options}
    )
    encoder.build((None, 40))
    return encoder


def test_the_pitch_is_the_mean_place_under_the_softmax():
    encoder = make()
    encoder.score.kernel.assign(np.zeros(encoder.score.kernel.shape))
    pitch_bins, confidence = encoder(np.ones((2, 40), "float32"))
    # Equal scores at the places 0, 2, ..., 38 of a map of stride 2.
    np.testing.assert_allclose(pitch_bins, [[19.0], [19.0]], rtol=1e-6)
    assert confidence.shape == (2, 1)
    assert 0 < float(ops.min(confidence)) <= float(ops.max(confidence)) < 1


def test_a_peak_moved_by_the_stride_moves_the_pitch_as_far():
    encoder = make()
    # Positive, so that no rectifier stops the peak, whatever numbers a backend draws.
    for convolution in encoder.convolutions:
        kernel = np.random.default_rng(0).uniform(0.1, 1.0, convolution.kernel.shape)
        convolution.kernel.assign(kernel)
    # Scores by the middle alone, so far apart that the softmax chooses the highest.
    score = np.zeros(encoder.score.kernel.shape)
    score[len(score) // 2] = 1e3
    encoder.score.kernel.assign(score)
    spectra = np.zeros((2, 40), "float32")
    spectra[0, 16] = spectra[1, 22] = 1.0
    pitch_bins = ops.convert_to_numpy(encoder(spectra)[0])[:, 0]
    assert pitch_bins[1] - pitch_bins[0] == pytest.approx(6.0, abs=0.1)


def test_convolutions_without_all_their_numbers_are_refused():
    with pytest.raises(UserError, match="an entry for each convolution"):
        make(strides=(2,))
