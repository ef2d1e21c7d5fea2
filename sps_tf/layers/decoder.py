"""The decoder D, a mirror of the encoder (section A.1.1)."""

import math
from collections.abc import Sequence

import keras
import numpy as np
from keras import layers, ops

from sps_tf.errors import check_choice
from sps_tf.layers.encoder import (
    PAPER_FILTERS,
    PAPER_KERNEL_SIZES,
    PAPER_STRIDES,
    check_convolutions,
)
from sps_tf.serialization import build_once

OUTPUT_BIASES = ("channel", "frame")
MAP_ACTIVATIONS = ("relu", "linear")
# Of the first layer's units where their bends are spread over the latents.
_STEEPNESS = 3.0


@keras.saving.register_keras_serializable("sps_tf")
class ConvDecoder(layers.Layer):
    """Decode latents to frames: a small MLP, then transposed convolutions.

    The arguments are the encoder's: the last transposed convolution undoes the first
    convolution. Where the frame is not a multiple of the strides the result is cropped.

    Args:
        frame_shape: (height, width, channels) of a frame.
        dense_units: widths of the MLP before the layer that fills the smallest map. Default the
            paper's, as for the next three.
        filters: output channels of the encoder's convolutions.
        kernel_sizes: an integer or (height, width) for each convolution.
        strides: an integer or (height, width) for each convolution.
        output_bias: "channel", one number a channel, as in the paper; "frame", a trainable
            frame that `adapt` starts at the logit of the training set's mean frame.
        bend_limit: the first layer's units start steep, and with their bends spread over latents up
            to this far from 0, so that near latents can be decoded differently from the first
            steps. Not in the paper. Default 0: Keras' start, all bends at 0.
        map_activation: "relu" or, as in the published code, "linear": of the layer that fills the
            smallest map. Default "relu".

    Raises:
        UserError: if filters, kernel sizes and strides differ in number, or the bias or the
            activation is unknown.
    """

    def __init__(
        self,
        frame_shape: Sequence[int],
        dense_units: Sequence[int] = (16, 32, 64),
        filters: Sequence[int] = PAPER_FILTERS,
        kernel_sizes: Sequence[int | Sequence[int]] = PAPER_KERNEL_SIZES,
        strides: Sequence[int | Sequence[int]] = PAPER_STRIDES,
        output_bias: str = "channel",
        bend_limit: float = 0.0,
        map_activation: str = "relu",
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        check_convolutions(filters, kernel_sizes, strides)
        self.frame_shape = tuple(frame_shape)
        self.dense_units = tuple(dense_units)
        self.filters = tuple(filters)
        self.kernel_sizes = tuple(kernel_sizes)
        self.strides = tuple(strides)
        self.output_bias = check_choice("output_bias", output_bias, OUTPUT_BIASES)
        self.bend_limit = bend_limit
        self.map_activation = check_choice("map_activation", map_activation, MAP_ACTIVATIONS)
        self.map_shape = (*self._smallest_map(), self.filters[-1])
        units = (*self.dense_units, math.prod(self.map_shape))
        activations = ("relu",) * len(self.dense_units) + (map_activation,)
        self.dense = [
            layers.Dense(n, activation=activation, name=f"dense{i}", **self._start_of(i))
            for i, (n, activation) in enumerate(zip(units, activations, strict=True))
        ]
        self.convolutions = self._transposed_convolutions()

    def _start_of(self, index: int) -> dict:
        """Return the initialisers of a dense layer that are not Keras' own."""
        if index or not self.bend_limit:
            return {}
        uniform, limit = keras.initializers.RandomUniform, _STEEPNESS * self.bend_limit
        return {
            "kernel_initializer": uniform(-_STEEPNESS, _STEEPNESS),
            "bias_initializer": uniform(-limit, limit),
        }

    def _smallest_map(self) -> tuple[int, int]:
        height, width = self.frame_shape[:2]
        for stride in self.strides:
            rows, columns = (stride, stride) if isinstance(stride, int) else stride
            height, width = -(-height // rows), -(-width // columns)
        return height, width

    def _transposed_convolutions(self) -> list[layers.Layer]:
        widths = (self.frame_shape[-1], *self.filters[:-1])
        return [
            layers.Conv2DTranspose(
                widths[i],
                self.kernel_sizes[i],
                self.strides[i],
                padding="same",
                activation="relu" if i else None,
                use_bias=bool(i) or self.output_bias == "channel",
                name=f"transposed{i}",
            )
            for i in reversed(range(len(widths)))
        ]

    def build(self, z_shape: tuple) -> None:
        """Build the layers for latents of shape (..., latent)."""
        shape = (None, z_shape[-1])
        for layer in self.dense:
            build_once(layer, shape)
            shape = layer.compute_output_shape(shape)
        shape = (None, *self.map_shape)
        for layer in self.convolutions:
            build_once(layer, shape)
            shape = layer.compute_output_shape(shape)
        if self.output_bias == "frame":
            self.frame_bias = self.add_weight(
                shape=self.frame_shape, initializer="zeros", name="frame_bias"
            )

    def adapt(self, mean_frame: np.ndarray) -> None:
        """Start the output at the mean frame; does nothing with a bias a channel.

        Args:
            mean_frame: (height, width, channels) in [0, 1].
        """
        if self.output_bias == "frame":
            # A pixel that is never on (or off) still gets a finite logit.
            p = np.clip(mean_frame, 1e-3, 1.0 - 1e-3)
            self.frame_bias.assign(np.log(p / (1.0 - p)))

    def call(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Decode latents.

        Args:
            z: (n, latent).

        Returns:
            (n, height, width, channels) logits; the sigmoid of them is the frame.
        """
        h = z
        for layer in self.dense:
            h = layer(h)
        h = ops.reshape(h, (-1, *self.map_shape))
        for layer in self.convolutions:
            h = layer(h)
        height, width, _ = self.frame_shape
        # The gradient of a slice that leaves nothing out is a copy all the same.
        logits = h if h.shape[1:3] == (height, width) else h[:, :height, :width, :]
        if self.output_bias == "frame":
            logits = logits + ops.cast(self.frame_bias, logits.dtype)
        return logits

    def compute_output_shape(self, z_shape: tuple) -> tuple:
        """Return the shape of the logits."""
        return (*z_shape[:-1], *self.frame_shape)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "frame_shape": list(self.frame_shape),
            "dense_units": list(self.dense_units),
            "filters": list(self.filters),
            "kernel_sizes": list(self.kernel_sizes),
            "strides": list(self.strides),
            "output_bias": self.output_bias,
            "bend_limit": self.bend_limit,
            "map_activation": self.map_activation,
        }
