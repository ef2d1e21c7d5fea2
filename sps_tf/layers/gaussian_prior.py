"""The prior of TS-DSAE: a Gaussian for the next latent, by LSTMs (Luo et al. 2022)."""

import keras
from keras import layers, ops

from sps_tf.serialization import build_once


@keras.saving.register_keras_serializable("sps_tf")
class GaussianPrior(layers.Layer):
    """Give p(z_t | z_1 .. z_{t-1}) at each step; p(z_1) is N(0, 1).

    Args:
        latent_size: number of latent dimensions. Default 16.
        units: width of each LSTM layer. Default 32, as in the published code.
        n_layers: number of LSTM layers. Default 2.
    """

    def __init__(
        self, latent_size: int = 16, units: int = 32, n_layers: int = 2, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)
        self.latent_size = latent_size
        self.units = units
        self.n_layers = n_layers
        # The seed is that of dropout, which is off; a fixed one keeps the files equal.
        self.lstms = [
            layers.LSTM(units, return_sequences=True, seed=0, name=f"lstm{i}")
            for i in range(n_layers)
        ]
        self.mean_head = layers.Dense(latent_size, name="mean")
        self.logvar_head = layers.Dense(latent_size, name="logvar")

    def build(self, z_shape: tuple) -> None:
        """Build the layers for latents of shape (batch, time, latent)."""
        shape = z_shape
        for layer in self.lstms:
            build_once(layer, shape)
            shape = (*z_shape[:2], self.units)
        build_once(self.mean_head, shape)
        build_once(self.logvar_head, shape)

    def call(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return mean and log-variance of each step, (batch, time, latent) each."""
        h = z[:, :-1]
        for layer in self.lstms:
            h = layer(h)
        first = ops.zeros_like(z[:, :1])
        return tuple(
            ops.concatenate([first, head(h)], axis=1) for head in (self.mean_head, self.logvar_head)
        )

    def compute_output_shape(self, z_shape: tuple) -> tuple:
        """Return the shapes of mean and log-variance."""
        return z_shape, z_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "latent_size": self.latent_size,
            "units": self.units,
            "n_layers": self.n_layers,
        }
