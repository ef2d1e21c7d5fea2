"""Random pooling of the style latents over time (SPS+, section A.3)."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class StylePooling(keras.layers.Layer):
    """Let one time step's style, drawn at random, serve the whole sequence (section A.3.1)."""

    def call(
        self, style: keras.KerasTensor, seed: keras.random.SeedGenerator | None = None
    ) -> keras.KerasTensor:
        """Pool the style.

        Args:
            style: (batch, time, style).
            seed: generator of seeds; with None, as in inference, the first step's style is
                taken, which is one of the given frames.

        Returns:
            (batch, 1, style).
        """
        if seed is None:
            return style[:, :1]
        n_sequences = ops.shape(style)[0]
        step = keras.random.randint((n_sequences, 1, 1), 0, style.shape[1], seed=seed)
        return ops.take_along_axis(style, ops.cast(step, "int32"), axis=1)

    def compute_output_shape(self, style_shape: tuple) -> tuple:
        """Return the shape of the pooled style."""
        return (style_shape[0], 1, style_shape[2])
