"""The Gaussian posterior's sample of SPS_VAE."""

import keras
from keras import ops

from sps_tf.errors import check_choice

NOISE_RULES = ("standard", "paper_release")


@keras.saving.register_keras_serializable("sps_tf")
class GaussianSampler(keras.layers.Layer):
    """Draw z from N(mean, variance) with the reparameterisation trick (section A.1.1).

    Args:
        noise_rule: "standard" scales the noise by exp(logvar / 2), as the KL term assumes.
            "paper_release" scales it by 0.5 * exp(logvar), as the published code does.

    Raises:
        UserError: if the rule is unknown.
    """

    def __init__(self, noise_rule: str = "standard", **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.noise_rule = check_choice("noise_rule", noise_rule, NOISE_RULES)

    def call(
        self,
        z_mean: keras.KerasTensor,
        z_logvar: keras.KerasTensor,
        seed: keras.random.SeedGenerator,
    ) -> keras.KerasTensor:
        """Draw one sample.

        Args:
            z_mean: (batch, time, latent).
            z_logvar: (batch, time, latent), log of the variance.
            seed: generator of seeds.

        Returns:
            (batch, time, latent).
        """
        noise = keras.random.normal(ops.shape(z_mean), dtype=z_mean.dtype, seed=seed)
        if self.noise_rule == "paper_release":
            return z_mean + 0.5 * ops.exp(z_logvar) * noise
        return z_mean + ops.exp(0.5 * z_logvar) * noise

    def compute_output_shape(self, z_shape: tuple, *_: object) -> tuple:
        """Return the shape of z."""
        return z_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "noise_rule": self.noise_rule}
