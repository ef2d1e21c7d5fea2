"""A latent that is a place on an axis of octaves. Not in the paper."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

from sps_tf.errors import UserError
from sps_tf.serialization import build_once

# Places that a convolution sees, and those that a score sees.
_KERNEL_SIZE = 15
_SCORE_KERNEL_SIZE = 121
# Of the last convolution.
_STRIDE = 2


@keras.saving.register_keras_serializable("sps_tf")
class PlaceHead(layers.Layer):
    """Give each spectrum one number: the mean place under the softmax of learned scores.

    Over octaves a higher pitch shifts all partials of a tone alike, so a score found by
    convolutions shifts with them, whatever the timbre: such a latent is linear in pitch wherever
    the scores have one peak. Hops are averaged. `sps_tf.layers.PitchEncoder` ends likewise.

    Args:
        filters: output channels of each convolution, at least one.

    Raises:
        UserError: if there are no filters.

    Example:
        >>> PlaceHead((16, 16))(keras.ops.zeros((8, 185, 5, 1))).shape
        (8, 1)
    """

    def __init__(self, filters: Sequence[int], **kwargs: object) -> None:
        super().__init__(**kwargs)
        if not filters:
            raise UserError(f"A place head needs a width for each convolution. Received: {filters}")
        self.filters = tuple(filters)
        strides = [1] * (len(self.filters) - 1) + [_STRIDE]
        self.convolutions = [
            layers.Conv1D(
                n, _KERNEL_SIZE, stride, padding="same", activation="relu", name=f"conv{i}"
            )
            for i, (n, stride) in enumerate(zip(self.filters, strides, strict=True))
        ]
        self.score = layers.Conv1D(
            1, _SCORE_KERNEL_SIZE, padding="same", use_bias=False, name="score"
        )

    def build(self, spectra_shape: tuple) -> None:
        """Build the layers for spectra of shape (n, places, hops, channels)."""
        shape = (None, spectra_shape[1], spectra_shape[3])
        for convolution in self.convolutions:
            build_once(convolution, shape)
            shape = convolution.compute_output_shape(shape)
        build_once(self.score, shape)
        self.places = np.linspace(-1, 1, shape[1], dtype="float32")

        def add(name: str, initializer: str) -> keras.Variable:
            return self.add_weight(
                shape=(), initializer=initializer, dtype="float32", trainable=False, name=name
            )

        self.gain, self.offset = add("gain", "ones"), add("offset", "zeros")

    def call(self, spectra: keras.KerasTensor) -> keras.KerasTensor:
        """Return (n, 1) of spectra (n, places, hops, channels)."""
        h = ops.mean(spectra, axis=2)
        for convolution in self.convolutions:
            h = convolution(h)
        share = ops.softmax(ops.cast(self.score(h)[..., 0], "float32"))
        place = ops.sum(share * self.places, axis=-1, keepdims=True)
        gain, offset = (ops.cast(number, "float32") for number in (self.gain, self.offset))
        return ops.cast(gain * place + offset, self.compute_dtype)

    def rescale(self, mean: float, spread: float) -> None:
        """Let what is given be less `mean` and over `spread` from now on."""
        self.offset.assign((self.offset - mean) / spread)
        self.gain.assign(self.gain / spread)

    def compute_output_shape(self, spectra_shape: tuple) -> tuple:
        """Return the shape of the numbers."""
        return (spectra_shape[0], 1)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "filters": list(self.filters)}
