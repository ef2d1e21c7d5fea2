"""From rows of latents, one a frame, to sequences: where models are exported for any time."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("sps_tf")
class AsSequences(keras.layers.Layer):
    """Give rows of latents the batch and the time of the frames that they come from."""

    def call(self, z: keras.KerasTensor, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Reshape.

        Args:
            z: (batch * time, 1, latent).
            frames: (batch, time, height, width, channels); batch and time may be unknown.

        Returns:
            (batch, time, latent).
        """
        n_sequences, n_times = ops.shape(frames)[:2]
        return ops.reshape(z, (n_sequences, n_times, z.shape[-1]))

    def compute_output_shape(self, z_shape: tuple, frames_shape: tuple) -> tuple:
        """Return the shape of the latents."""
        return (*frames_shape[:2], z_shape[-1])
