"""Centring of the encoder's input on what all frames share."""

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class FrameCentering(keras.layers.Layer):
    """Subtract the training set's median frame and scale: (frames - median) * scale.

    Not in the paper. A small ball on a constant background is then all that the encoder sees;
    without it short runs collapse to the mean picture. Until `adapt` is called the median is 0.

    Args:
        scale: factor on the difference. Default 4.
    """

    def __init__(self, scale: float = 4.0, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def build(self, frames_shape: tuple) -> None:
        """Make the weight that holds the median frame."""
        self.median = self.add_weight(
            shape=tuple(frames_shape[-3:]), initializer="zeros", trainable=False, name="median"
        )

    def adapt(self, median_frame: np.ndarray) -> None:
        """Set the median frame.

        Args:
            median_frame: (height, width, channels) in [0, 1].
        """
        self.median.assign(median_frame)

    def call(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Centre frames of shape (..., height, width, channels)."""
        return (frames - ops.cast(self.median, frames.dtype)) * self.scale

    @staticmethod
    def shift(centred: keras.KerasTensor, pixels: keras.KerasTensor) -> keras.KerasTensor:
        """Move centred frames: what the same things elsewhere in the picture would give.

        Args:
            centred: (n, height, width, channels), from `call`.
            pixels: (n, 2) int32, how far down and how far to the right each goes.

        Returns:
            The moved frames, of the same shape. What comes from beyond the border is background.
        """
        height, width = centred.shape[1:3]
        # Matrices of 0 and 1: gathering single pixels takes many times as long.
        down, right = (
            ops.cast(
                ops.arange(n) - n_pixels[:, None, None] == ops.arange(n)[:, None], centred.dtype
            )
            for n, n_pixels in ((height, pixels[:, 0]), (width, pixels[:, 1]))
        )
        return ops.einsum("nji,njkc,nkl->nilc", down, centred, right)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shape of the frames."""
        return frames_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "scale": self.scale}
