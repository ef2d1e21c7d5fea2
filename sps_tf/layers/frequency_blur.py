"""Blurring of the encoder's input along frequency."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class FrequencyBlur(keras.layers.Layer):
    """Square a spectrogram, blur it along frequency with a Gaussian, and scale it.

    Not in the paper. High semitones lie many bins apart, and the bins between them are never seen
    in training: without a blur an encoder cannot place the fractional pitches of the test set.
    Squaring lets the partials that carry the pitch outweigh the noise. The decoder's target
    stays the plain spectrogram.

    Args:
        sigma_bins: standard deviation of the Gaussian, in bins of the spectrogram, above 0.
        scale: factor on the result. Default 1.
    """

    def __init__(self, sigma_bins: float, scale: float = 1.0, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.sigma_bins = sigma_bins
        self.scale = scale

    def build(self, frames_shape: tuple) -> None:
        """Make the matrix that blurs; beyond both ends of the spectrum there is silence."""
        self.matrix = (self.scale * smoothing(frames_shape[-3], self.sigma_bins)).astype("float32")

    def call(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Blur frames of shape (n, bins, hops, channels)."""
        power = ops.square(frames)
        # A product of matrices: ten times as fast on a CPU as a convolution of one channel.
        return ops.einsum("kb,nbhc->nkhc", ops.cast(self.matrix, power.dtype), power)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shape of the frames."""
        return frames_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "sigma_bins": self.sigma_bins,
            "scale": self.scale,
        }


def smoothing(n: int, sigma: float) -> np.ndarray:
    """Return the matrix that smooths n numbers with a Gaussian; beyond both ends there is silence.

    Args:
        n: numbers in a row.
        sigma: standard deviation, in steps of the row, above 0.

    Returns:
        (n, n) float64, to multiply from the left.
    """
    weights = gaussian(sigma)
    reach = len(weights) // 2
    one_side = np.pad(weights[reach:], (0, max(0, n - reach - 1)))
    return one_side[np.abs(np.arange(n)[:, None] - np.arange(n))]


def gaussian(sigma: float, reach: float = 4.0) -> np.ndarray:
    """Return the weights of a Gaussian, which add up to 1.

    Args:
        sigma: standard deviation, in steps of the result, above 0.
        reach: standard deviations to either side. Default 4.

    Returns:
        (n,) float64 with n odd, the largest weight in the middle.
    """
    n = max(1, int(np.ceil(reach * sigma)))
    weights = np.exp(-0.5 * (np.arange(-n, n + 1) / sigma) ** 2)
    return weights / weights.sum()
