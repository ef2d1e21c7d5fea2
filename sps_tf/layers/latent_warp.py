"""A smooth change of latent coordinates that keeps what the latents say. Not in the paper."""

import keras
from keras import layers, ops

# Below this determinant the warp is about to fold, and is pushed back.
_NEARLY_FOLDED = 0.1


@keras.saving.register_keras_serializable("sps_tf")
class LatentWarp(layers.Layer):
    """Bend latent space: y = z + tanh(z A + b) B, which starts as the identity.

    The determinant of its Jacobian is known in closed form; whoever trains the warp keeps its
    logarithm high, so that no dimension is lost and space is not folded.

    Args:
        units: width of the hidden layer. Default 64.
        seed: seed of the initial weights. Default 0.
    """

    def __init__(self, units: int = 64, seed: int = 0, **kwargs: object) -> None:
        # A determinant needs full precision, whatever the policy.
        super().__init__(**{"dtype": "float32", **kwargs})
        self.units = units
        self.seed = seed

    def build(self, z_shape: tuple) -> None:
        """Build the weights for latents of shape (..., latent)."""
        size = z_shape[-1]
        # Bends of about the width of white latents, spread over where the latents are.
        directions = keras.initializers.RandomNormal(stddev=0.7, seed=self.seed)
        places = keras.initializers.RandomNormal(stddev=1.0, seed=self.seed + 1)
        self.directions = self.add_weight(
            shape=(size, self.units), initializer=directions, name="directions"
        )
        self.places = self.add_weight(shape=(self.units,), initializer=places, name="places")
        self.bends = self.add_weight(shape=(self.units, size), initializer="zeros", name="bends")

    def call(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Warp latents.

        Args:
            z: (n, latent).

        Returns:
            The warped latents, and (n,) the logarithm of the determinant of the Jacobian. Where
            the warp is about to fold, the latter is a steep line instead.
        """
        h = ops.tanh(ops.matmul(z, self.directions) + self.places)
        slopes = (1.0 - ops.square(h))[:, None, :]  # (n, 1, units)
        identity = ops.eye(z.shape[-1])
        jacobian = identity + ops.matmul(self.directions[None] * slopes, self.bends)
        determinant = ops.det(jacobian)
        logarithm = ops.log(ops.maximum(determinant, _NEARLY_FOLDED))
        line = ops.minimum(determinant - _NEARLY_FOLDED, 0.0) / _NEARLY_FOLDED
        return z + ops.matmul(h, self.bends), logarithm + line

    def compute_output_shape(self, z_shape: tuple) -> tuple:
        """Return the shapes of the latents and of the logarithms."""
        return z_shape, z_shape[:-1]

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "units": self.units, "seed": self.seed}
