"""Blurring of the encoder's input along frequency."""

import keras
import numpy as np
from keras import ops

# Root mean square below which a frame counts as silent and stays small.
_SILENCE = 1e-3


@keras.saving.register_keras_serializable("sps_tf")
class FrequencyBlur(keras.layers.Layer):
    """Take a power of a spectrogram, blur it along frequency with a Gaussian, and scale it.

    Not in the paper. High semitones lie many bins apart, and the bins between them are never seen
    in training: without a blur an encoder cannot place the fractional pitches of the test set.
    Squaring lets the partials that carry the pitch outweigh the noise. The decoder's target
    stays the plain spectrogram.

    Args:
        sigma_bins: standard deviation of the Gaussian, in bins of the spectrogram, above 0.
        scale: factor on the result. Default 1.
        exponent: power of the input before the blur. Default 2. A square root lets weak partials
            count too, as many timbres need.
        unit_norm: whether each blurred frame is divided by its root mean square, so that loudness
            does not matter. Default False.
    """

    def __init__(
        self,
        sigma_bins: float,
        scale: float = 1.0,
        exponent: float = 2.0,
        unit_norm: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.sigma_bins = sigma_bins
        self.scale = scale
        self.exponent = exponent
        self.unit_norm = unit_norm

    def build(self, frames_shape: tuple) -> None:
        """Make the matrix that blurs; beyond both ends of the spectrum there is silence."""
        n_bins = frames_shape[-3]
        distance = np.abs(np.arange(n_bins)[:, None] - np.arange(n_bins))
        weights = gaussian(self.sigma_bins)
        reach = len(weights) // 2
        one_side = np.pad(weights[reach:], (0, max(0, n_bins - reach - 1)))
        self.matrix = (self.scale * one_side[distance]).astype("float32")

    def call(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Blur frames of shape (n, bins, hops, channels)."""
        power = frames if self.exponent == 1 else ops.power(frames, self.exponent)
        # A product of matrices: ten times as fast on a CPU as a convolution of one channel.
        blurred = ops.einsum("kb,nbhc->nkhc", ops.cast(self.matrix, power.dtype), power)
        if not self.unit_norm:
            return blurred
        size = ops.sqrt(ops.mean(ops.square(blurred), axis=(1, 2, 3), keepdims=True))
        return self.scale * blurred / (size + self.scale * _SILENCE)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shape of the frames."""
        return frames_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "sigma_bins": self.sigma_bins,
            "scale": self.scale,
            "exponent": self.exponent,
            "unit_norm": self.unit_norm,
        }


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
