"""An invertible change of latent coordinates whose determinant is exact. Not in the paper."""

import keras
import numpy as np
from keras import layers, ops

from sps_tf.errors import UserError

# Steepness and reach of the bends, for latents of about unit spread.
_SHARPNESS = 1.5
_REACH = 2.5
# Of the logarithm: larger ones throw rare points far away.
_LARGEST_SCALE = 1.0
_FIRST_SLOPE = 0.02  # of each bend; all together add up to a straight line
# How sharply the outcome bends where it reaches its limit.
_LIMIT_POWER = 16
# Halvings of the bracket in which the inverse is sought; the error is its width over 2^60.
_N_HALVINGS = 60


@keras.saving.register_keras_serializable("sps_tf")
class CouplingFlow(layers.Layer):
    """Change one dimension at a time by a monotone function that the others choose.

    A step maps dimension d to (its own bends) * exp(s) + t. The bends are a sum of softplus
    functions with positive weights; s and t come from a tanh layer on
    the other dimensions. A last linear map follows. The whole is one-to-one, so its determinant
    says truly what information it keeps: no space can be laid on top of itself.

    It starts as the identity. In one dimension s and t are constants. Where few points lie,
    nothing holds the steps; so the outcome is left as it is up to about a limit, and bent to stay
    within it.

    Args:
        size: number of dimensions.
        n_passes: how often each dimension is changed. Default 3.
        units: width of the tanh layer. Default 24.
        n_bends: places where a step may bend, in each direction. Default 6.
        limit: what the new coordinates stay within, for latents of unit spread. Default 3.5.
        seed: seed of the initial weights. Default 0.

    Raises:
        UserError: if a number is below 1.

    Example:
        >>> flow = CouplingFlow(3)
        >>> y, log_determinant = flow(keras.ops.zeros((8, 3)))
    """

    def __init__(
        self,
        size: int,
        n_passes: int = 3,
        units: int = 24,
        n_bends: int = 6,
        limit: float = 3.5,
        seed: int = 0,
        **kwargs: object,
    ) -> None:
        # A determinant needs full precision, whatever the policy.
        super().__init__(**{"dtype": "float32", **kwargs})
        if min(size, n_passes, units, n_bends, limit) < 1:
            raise UserError(
                "A flow needs dimensions, passes, units, bends and a limit of at least 1. "
                "Received: "
                f"{size=}, {n_passes=}, {units=}, {n_bends=}, {limit=}"
            )
        self.size, self.n_passes, self.units = size, n_passes, units
        self.n_bends, self.limit, self.seed = n_bends, limit, seed
        self.places = np.linspace(-_REACH, _REACH, n_bends).astype("float32")
        self._unit = 1.0 + n_bends * _FIRST_SLOPE

    def build(self, _: tuple = ()) -> None:
        """Build the weights of all steps."""
        n_steps, others = self.n_passes * self.size, self.size - 1
        first_slope = keras.initializers.Constant(float(np.log(_FIRST_SLOPE)))

        def normal(stddev: float, purpose: int) -> keras.initializers.Initializer:
            return keras.initializers.RandomNormal(stddev=stddev, seed=self.seed + purpose)

        def add(name: str, shape: tuple, initializer: object) -> keras.Variable:
            return self.add_weight(shape=shape, initializer=initializer, name=name)

        # Bends of about the width of white latents, spread over where the latents are.
        if others:
            self.directions = add("directions", (n_steps, others, self.units), normal(0.7, 0))
        self.offsets = add("offsets", (n_steps, self.units), normal(1.0, 1))
        self.heads = add("heads", (n_steps, self.units, 2), "zeros")
        self.slopes = add("slopes", (n_steps, 2, self.n_bends), first_slope)
        self.matrix = add("matrix", (self.size, self.size), "identity")
        self.shift = add("shift", (self.size,), "zeros")
        self.built = True

    def call(self, z: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Change coordinates.

        Args:
            z: (..., size).

        Returns:
            The new coordinates (..., size), and (...) the logarithm of the absolute
            determinant of the Jacobian.
        """
        columns = [z[..., d] for d in range(self.size)]
        log_determinant = ops.slogdet(self.matrix)[1]
        for step in range(self.n_passes * self.size):
            d = step % self.size
            scale, shift = self._chosen(step, columns)
            bent, log_slope = self._bend(step, columns[d])
            columns[d] = bent * ops.exp(scale) + shift
            log_determinant = log_determinant + log_slope + scale
        y = ops.matmul(ops.stack(columns, axis=-1), self.matrix) + self.shift
        logarithm = self._beyond(y)
        return (
            y * ops.exp(-logarithm / _LIMIT_POWER),
            log_determinant - (1 + 1 / _LIMIT_POWER) * ops.sum(logarithm, axis=-1),
        )

    def _beyond(self, y: keras.KerasTensor) -> keras.KerasTensor:
        """Return log(1 + |y / limit|^p), near 0 up to about the limit."""
        tiny = keras.config.epsilon()
        return ops.softplus(_LIMIT_POWER * ops.log(ops.abs(y) / self.limit + tiny))

    def inverse(self, y: keras.KerasTensor) -> keras.KerasTensor:
        """Go back.

        Args:
            y: (..., size), see `call`; at its limit a coordinate has lost its past.

        Returns:
            (..., size).
        """
        within = 1.0 - ops.power(ops.minimum(ops.abs(y) / self.limit, 1.0), _LIMIT_POWER)
        y = y * ops.power(ops.maximum(within, keras.config.epsilon()), -1 / _LIMIT_POWER)
        flat = ops.reshape(y - self.shift, (-1, self.size))
        flat = ops.transpose(ops.solve(ops.transpose(self.matrix), ops.transpose(flat)))
        columns = [flat[:, d] for d in range(self.size)]
        for step in reversed(range(self.n_passes * self.size)):
            d = step % self.size
            scale, shift = self._chosen(step, columns)
            columns[d] = self._unbend(step, (columns[d] - shift) * ops.exp(-scale))
        return ops.reshape(ops.stack(columns, axis=-1), ops.shape(y))

    def append(self, matrix: np.ndarray, shift: np.ndarray) -> None:
        """Let y -> y matrix + shift follow, for latents as row vectors.

        Args:
            matrix: (size, size), with an inverse.
            shift: (size,).
        """
        old, offset = (ops.convert_to_numpy(w).astype("float64") for w in (self.matrix, self.shift))
        self.matrix.assign(old @ matrix)
        self.shift.assign(offset @ matrix + shift)

    def rescale(self, mean: np.ndarray, spread: float) -> None:
        """Let what is given be less `mean`, (size,), and over `spread` from now on.

        The limit grows alike: what lay within it still does.
        """
        self.limit = float((self.limit + np.abs(mean).max()) / spread)
        self.append(np.eye(self.size) / spread, -np.asarray(mean) / spread)

    def _chosen(self, step: int, columns: list) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return logarithm of scale, and shift, that the other dimensions choose."""
        d, h = step % self.size, self.offsets[step]
        if self.size > 1:
            others = ops.stack([c for i, c in enumerate(columns) if i != d], axis=-1)
            h = ops.matmul(others, self.directions[step]) + h
        h = ops.matmul(ops.tanh(h)[..., None, :], self.heads[step])[..., 0, :]
        return _LARGEST_SCALE * ops.tanh(h[..., 0] / _LARGEST_SCALE), h[..., 1]

    def _bend(self, step: int, x: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the monotone function of one dimension, and the logarithm of its slope.

        Both are over the slope that the bends start with, whence the identity.
        """
        up, down = ops.exp(self.slopes[step][0]), ops.exp(self.slopes[step][1])
        at = _SHARPNESS * (x[..., None] - self.places)
        rise = ops.sum(up * ops.softplus(at) - down * ops.softplus(-at), axis=-1)
        slope = ops.sum(up * ops.sigmoid(at) + down * ops.sigmoid(-at), axis=-1)
        return (x + rise / _SHARPNESS) / self._unit, ops.log1p(slope) - np.log(self._unit)

    def _unbend(self, step: int, y: keras.KerasTensor) -> keras.KerasTensor:
        """Return the x whose bend is y, by halving a bracket: the slope has a lower bound."""
        reach = self._unit * ops.abs(self._bend(step, y)[0] - y)
        low, high = y - reach, y + reach
        for _ in range(_N_HALVINGS):
            middle = 0.5 * (low + high)
            above = self._bend(step, middle)[0] > y
            low, high = ops.where(above, low, middle), ops.where(above, middle, high)
        return 0.5 * (low + high)

    def compute_output_shape(self, z_shape: tuple) -> tuple:
        """Return the shapes of the coordinates and of the logarithms."""
        return z_shape, z_shape[:-1]

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "size": self.size,
            "n_passes": self.n_passes,
            "units": self.units,
            "n_bends": self.n_bends,
            "limit": self.limit,
            "seed": self.seed,
        }
