"""What the alignment trains: a flow, a rotation and a prior. Not in the paper."""

import keras
import numpy as np
from keras import ops

from sps_tf.losses import covariance, information_lost, latent_variance, regular
from sps_tf.models.sps import SPS
from sps_tf.warm_start.latent_objective import LatentObjective


class LatentAligner(keras.Model):
    """Train a flow and a rotation of given latents together with a prior, on equations 3 to 6.

    The flow's latents are made white before they are rotated, so that none can be shrunk away. The
    rotation is a fixed random one times the Cayley transform of a trained skew matrix.

    Args:
        model: gives the group, K, n and the weights of the losses; its prior and its encoder's
            flow are trained.
        seed: seed of the group elements.
        n_transforms: K, at most the model's own.
        information: weight of the information lost, see `sps_tf.losses.information_lost`, beside
            the mean of the latent losses by their weights. Default 0.2.
    """

    # Adam moves the skew matrix this much faster than the prior's weights.
    _SPEED = 10.0

    def __init__(self, model: SPS, seed: int, n_transforms: int, information: float = 0.2) -> None:
        # Determinants and inverses need full precision, whatever the policy.
        super().__init__(name="latent_aligner", dtype="float32")
        self.prior, self.flow = model.prior, model.encoder.flow
        self.objective = LatentObjective(model, seed, n_transforms, model.n_given)
        self.information_weight = information
        self.size = len(model.layout.body)
        size = self.size
        # A weight, so that the weights are all that a start has found.
        self.start = self.add_weight(
            shape=(size, size), initializer="zeros", trainable=False, name="start"
        )
        self.skew = self.add_weight(shape=(size, size), initializer="zeros", name="skew")
        self.step = self.add_weight(shape=(), dtype="int32", trainable=False, name="step")
        self.built = True

    def rotation(self) -> keras.KerasTensor:
        """Return the (content, content) rotation; latents are multiplied from the left."""
        a = self._SPEED * (self.skew - ops.transpose(self.skew))
        identity = ops.eye(self.size)
        return ops.matmul(self.start, ops.solve(identity + a, identity - a))

    def call(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Bend, whiten and rotate latents.

        Args:
            z: (batch, time, content).

        Returns:
            The new latents, and the information lost, see `sps_tf.losses.information_lost`.
        """
        bent, log_determinant = self.flow(z)
        lost = information_lost(bent, log_determinant)
        mean, matrix = self.whitening(bent)
        return ops.matmul(bent - mean, matrix), lost

    def whitening(self, bent: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the mean (content,) of latents, and what whitens and rotates them without it.

        Args:
            bent: (batch, time, content).

        Returns:
            The mean (content,) and a matrix (content, content), to multiply from the left.
        """
        identity = ops.eye(self.size)
        spread = ops.cholesky(regular(covariance(bent)))
        inverse = ops.solve_triangular(spread, identity, lower=True)
        return ops.mean(bent, axis=(0, 1)), ops.matmul(ops.transpose(inverse), self.rotation())

    def compute_loss(
        self,
        x: keras.KerasTensor = None,
        y: None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the latent losses of a free run over the latents' variance, and information."""
        z, lost = self(x)
        # The mean over all dimensions: no rotation changes it, so none is favoured by it.
        total = self.objective(z, latent_variance(z, range(z.shape[-1])), self.step)
        self.step.assign_add(1)
        return (total + self.information_weight * lost) / z.shape[1]

    def fold(self, z: np.ndarray) -> None:
        """Let the flow itself whiten and rotate, by what whitens all given latents.

        Args:
            z: (n, time, content).
        """
        mean, matrix = map(ops.convert_to_numpy, self.whitening(self.flow(z)[0]))
        self.flow.append(matrix, -mean @ matrix)
