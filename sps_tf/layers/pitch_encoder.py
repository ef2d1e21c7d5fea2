"""The encoder of the SPICE baseline: from a constant-Q spectrum to a pitch."""

import math
from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

from sps_tf.layers.encoder import check_convolutions
from sps_tf.serialization import build_once


@keras.saving.register_keras_serializable("sps_tf")
class PitchEncoder(layers.Layer):
    """Give each spectrum a pitch and say how sure it is.

    Convolutions over the bins end in one score a place; the pitch is the mean place under the
    softmax of the scores. Gfeller et al. (2020) have dense layers and a sigmoid there. Both are
    bounded, but this one is linear in the place from the start, also where the few pitches of a
    small training set do not reach. There is no batch normalisation: a spectrum is encoded alike
    in training and later. The confidence reads the softmax without a gradient: it learns from the
    encoder and does not shape it.

    Args:
        filters: output channels of each convolution.
        kernel_sizes: places that each convolution sees.
        strides: stride of each convolution.
        score_kernel_size: places that a score sees. Default 21.
        units: width of the hidden layer of the confidence. Default 32.

    Raises:
        UserError: if filters, kernel sizes and strides differ in number.

    Example:
        >>> encoder = PitchEncoder((8, 16), (5, 5), (2, 2))
        >>> pitch_bins, confidence = encoder(keras.ops.zeros((10, 184)))
        >>> pitch_bins.shape, confidence.shape
        ((10, 1), (10, 1))
    """

    def __init__(
        self,
        filters: Sequence[int],
        kernel_sizes: Sequence[int],
        strides: Sequence[int],
        score_kernel_size: int = 21,
        units: int = 32,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        check_convolutions(filters, kernel_sizes, strides)
        self.filters = tuple(filters)
        self.kernel_sizes = tuple(kernel_sizes)
        self.strides = tuple(strides)
        self.score_kernel_size = score_kernel_size
        self.units = units
        self.convolutions = [
            layers.Conv1D(n, size, stride, padding="same", activation="relu", name=f"conv{i}")
            for i, (n, size, stride) in enumerate(zip(filters, kernel_sizes, strides, strict=True))
        ]
        self.score = layers.Conv1D(
            1, score_kernel_size, padding="same", use_bias=False, name="score"
        )
        self.confidence_dense = layers.Dense(units, activation="relu", name="confidence_dense")
        self.confidence_head = layers.Dense(1, name="confidence")

    def build(self, spectra_shape: tuple) -> None:
        """Build the layers for spectra of shape (n, bins)."""
        shape = (None, spectra_shape[-1], 1)
        for convolution in self.convolutions:
            build_once(convolution, shape)
            shape = convolution.compute_output_shape(shape)
        build_once(self.score, shape)
        self.place_bins = np.arange(shape[1], dtype="float32") * math.prod(self.strides)
        build_once(self.confidence_dense, (None, shape[1]))
        build_once(self.confidence_head, (None, self.units))

    def call(self, spectra: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Encode spectra.

        Args:
            spectra: (n, bins) in [0, 1].

        Returns:
            Pitch in bins, up to an origin, and confidence in [0, 1]; float32 (n, 1) each.
        """
        h = spectra[..., None]
        for convolution in self.convolutions:
            h = convolution(h)
        share = ops.softmax(ops.cast(self.score(h)[..., 0], "float32"))
        pitch_bins = ops.sum(share * self.place_bins, axis=-1, keepdims=True)
        logit = self.confidence_head(self.confidence_dense(ops.stop_gradient(share)))
        return pitch_bins, ops.sigmoid(ops.cast(logit, "float32"))

    def compute_output_shape(self, spectra_shape: tuple) -> tuple:
        """Return the shapes of pitch and confidence."""
        shape = (*spectra_shape[:-1], 1)
        return shape, shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "filters": list(self.filters),
            "kernel_sizes": list(self.kernel_sizes),
            "strides": list(self.strides),
            "score_kernel_size": self.score_kernel_size,
            "units": self.units,
        }
