"""Random pooling of the style latents over time (SPS+, section A.3)."""

import keras
from keras import ops

from sps_tf.errors import UserError, check_choice

STYLE_INDICES = ("sequence", "batch")


@keras.saving.register_keras_serializable("sps_tf")
class StylePooling(keras.layers.Layer):
    """Let one time step's style, drawn at random, serve the whole sequence (section A.3.1).

    Args:
        index: "sequence" draws a step for each sequence; "batch" one for all, as the published
            code does. Default "sequence".
        n_frames: among how many first steps it is drawn. Default None: all, as the paper says.

    Raises:
        UserError: if the index is unknown, or there are no steps to draw from.
    """

    def __init__(
        self, index: str = "sequence", n_frames: int | None = None, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)
        self.index = check_choice("style_index", index, STYLE_INDICES)
        if n_frames is not None and n_frames < 1:
            raise UserError(f"The style needs a frame to come from. Received: {n_frames}")
        self.n_frames = n_frames

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
        n_sequences, n_steps = ops.shape(style)[0], style.shape[1]
        n_drawn = n_sequences if self.index == "sequence" else 1
        most = min(self.n_frames or n_steps, n_steps)
        step = keras.random.randint((n_drawn, 1, 1), 0, most, seed=seed)
        step = ops.broadcast_to(ops.cast(step, "int32"), (n_sequences, 1, 1))
        return ops.take_along_axis(style, step, axis=1)

    def compute_output_shape(self, style_shape: tuple) -> tuple:
        """Return the shape of the pooled style."""
        return (style_shape[0], 1, style_shape[2])

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "index": self.index, "n_frames": self.n_frames}
