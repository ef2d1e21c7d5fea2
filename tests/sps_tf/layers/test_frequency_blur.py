import keras
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from sps_tf.layers import FrequencyBlur


def frames(n_bins=60):
    return np.random.default_rng(0).uniform(0, 1, (2, n_bins, 5, 1)).astype("float32")


@pytest.mark.parametrize("n_bins", [60, 7])
def test_blur_is_that_of_scipy_with_silence_beyond_the_ends(n_bins):
    x = frames(n_bins)
    found = keras.ops.convert_to_numpy(FrequencyBlur(3.0, scale=2.0)(x))
    expected = 2.0 * gaussian_filter1d(x.astype("float64") ** 2, 3.0, axis=1, mode="constant")
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
