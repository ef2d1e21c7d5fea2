"""Group actions S on the content latents (sections 3.3 and 5.3).

Every group used by the paper acts by an orthogonal matrix and an offset, z -> A z + b, so an
element is the pair (A, b) on the whole content vector: it is the identity on the dimensions
that the group does not act on, products are compositions, and the inverse needs no solver.
"""

import math
from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from sps_tf.errors import UserError
from sps_tf.layers.group_elements import Element, compose, rotation_matrix
from sps_tf.serialization import deserialize_parts


class GroupAction(keras.layers.Layer):
    """Base of the group actions: samples elements, applies them and their inverses.

    Args:
        dims: names of the latent dimensions that the group acts on.
        content: names of all content dimensions, in the order of the latent axis.

    Raises:
        UserError: if `dims` are unknown, repeated, or too many or too few for the group.
    """

    n_dims: int | None = None  # the number of dimensions that the group needs, if fixed

    def __init__(self, dims: Sequence[str], content: Sequence[str], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        self.content = tuple(content)
        unknown = [name for name in self.dims if name not in self.content]
        if unknown or len(set(self.dims)) != len(self.dims):
            raise UserError(
                f"A group acts on different ones of the content dimensions {self.content}. "
                f"Received: dims={self.dims}"
            )
        if self.n_dims is not None and len(self.dims) != self.n_dims:
            raise UserError(
                f"{type(self).__name__} acts on {self.n_dims} latent dimensions. "
                f"Received: dims={self.dims}"
            )

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Draw random elements.

        Args:
            shape: leading axes of the result, such as (transforms, batch).
            seed: generator of seeds, see `sps_tf.seeds.StepSeed`.

        Returns:
            An `Element` with these leading axes.
        """
        raise NotImplementedError

    def apply(self, z: keras.KerasTensor, element: Element) -> keras.KerasTensor:
        """Transform sequences: S(z).

        Args:
            z: (..., time, content).
            element: elements whose leading axes are those of z before the time axis.

        Returns:
            (..., time, content) in the dtype of z.
        """
        matrix, offset = (ops.cast(part, z.dtype) for part in element)
        return ops.matmul(z, ops.swapaxes(matrix, -1, -2)) + ops.expand_dims(offset, -2)

    def inverse(self, z: keras.KerasTensor, element: Element) -> keras.KerasTensor:
        """Transform sequences back: S^-1(z), where `inverse(apply(z, s), s)` equals z.

        Args:
            z: (..., time, content).
            element: elements whose leading axes are those of z before the time axis.

        Returns:
            (..., time, content) in the dtype of z.
        """
        matrix, offset = (ops.cast(part, z.dtype) for part in element)
        # The matrix is orthogonal: its transpose is its inverse.
        return ops.matmul(z - ops.expand_dims(offset, -2), matrix)

    def call(self, z: keras.KerasTensor, element: Element) -> keras.KerasTensor:
        """Transform sequences, as `apply` does."""
        return self.apply(z, element)

    def compute_output_shape(self, z_shape: tuple, *_: object) -> tuple:
        """Return the shape of z."""
        return z_shape

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "dims": list(self.dims), "content": list(self.content)}

    def _placement(self) -> np.ndarray:
        """Return the (dims, content) matrix with a 1 where a dimension of the group sits."""
        placement = np.zeros((len(self.dims), len(self.content)), "float32")
        for row, name in enumerate(self.dims):
            placement[row, self.content.index(name)] = 1.0
        return placement

    def _embed(self, matrix: keras.KerasTensor | None, offset: keras.KerasTensor) -> Element:
        """Extend an element on `dims` to the whole content vector."""
        placement = self._placement()
        identity = np.eye(len(self.content), dtype="float32")
        full_offset = ops.matmul(offset, placement)
        if matrix is None:
            full_matrix = ops.zeros_like(full_offset)[..., None] + identity
        else:
            rest = identity - placement.T @ placement
            full_matrix = ops.matmul(ops.matmul(placement.T, matrix), placement) + rest
        return Element(full_matrix, full_offset)


@keras.saving.register_keras_serializable("sps_tf")
class Identity(GroupAction):
    """The trivial group: leaves every latent as it is."""

    n_dims = 0

    def __init__(
        self, dims: Sequence[str] = (), content: Sequence[str] = (), **kwargs: object
    ) -> None:
        super().__init__(dims, content, **kwargs)

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Return identity elements; nothing is drawn."""
        offset = ops.zeros((*shape, len(self.content)))
        return Element(ops.expand_dims(offset, -1) + ops.eye(len(self.content)), offset)


@keras.saving.register_keras_serializable("sps_tf")
class Translation(GroupAction):
    """The group (R^n, +): adds a random vector to n latent dimensions.

    Args:
        dims: names of the n dimensions.
        content: names of all content dimensions.
        limit: components are uniform in [-limit, limit]. Default 1, as in the paper.

    Raises:
        UserError: if the limit is not above 0.
    """

    def __init__(
        self, dims: Sequence[str], content: Sequence[str], limit: float = 1.0, **kwargs: object
    ) -> None:
        super().__init__(dims, content, **kwargs)
        if limit <= 0:
            raise UserError(f"The limit of translations must be above 0. Received: {limit}")
        self.limit = limit

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Draw translations; see the base class."""
        offset = keras.random.uniform(
            (*shape, len(self.dims)), -self.limit, self.limit, dtype="float32", seed=seed
        )
        return self._embed(None, offset)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "limit": self.limit}


@keras.saving.register_keras_serializable("sps_tf")
class Rotation2D(GroupAction):
    """The group SO(2): rotates two latent dimensions by an angle uniform in (-pi, pi)."""

    n_dims = 2

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Draw rotations; see the base class."""
        angle_rad = keras.random.uniform(
            tuple(shape), -math.pi, math.pi, dtype="float32", seed=seed
        )
        cos, sin = ops.cos(angle_rad), ops.sin(angle_rad)
        rows = [ops.stack([cos, -sin], axis=-1), ops.stack([sin, cos], axis=-1)]
        return self._embed(ops.stack(rows, axis=-2), ops.zeros((*shape, 2)))


@keras.saving.register_keras_serializable("sps_tf")
class Rotation3D(GroupAction):
    """The group SO(3): rotates three latent dimensions, uniformly over all rotations."""

    n_dims = 3

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Draw rotations from uniform unit quaternions; see the base class."""
        quaternion = keras.random.normal((*shape, 4), dtype="float32", seed=seed)
        return self._embed(rotation_matrix(quaternion), ops.zeros((*shape, 3)))


@keras.saving.register_keras_serializable("sps_tf")
class Product(GroupAction):
    """A product of group actions, applied from right to left: (R^2,+) x SO(2) rotates first.

    Args:
        factors: the group actions, all on the same content dimensions.

    Raises:
        UserError: if there is no factor or the content dimensions differ.
    """

    def __init__(self, factors: Sequence[GroupAction], **kwargs: object) -> None:
        factors = list(factors)
        if not factors or len({factor.content for factor in factors}) != 1:
            raise UserError(
                "A product needs factors with the same content dimensions. "
                f"Received: {[factor.content for factor in factors]}"
            )
        dims = dict.fromkeys(name for factor in factors for name in factor.dims)
        super().__init__(tuple(dims), factors[0].content, **kwargs)
        self.factors = factors

    def sample(self, shape: Sequence[int], seed: keras.random.SeedGenerator) -> Element:
        """Draw an element of every factor and compose them; see the base class."""
        elements = [factor.sample(shape, seed) for factor in self.factors]
        result = elements[-1]
        for element in reversed(elements[:-1]):
            result = compose(element, result)
        return result

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        config = super().get_config()
        for derived in ("dims", "content"):
            config.pop(derived)
        return {**config, "factors": [keras.saving.serialize_keras_object(f) for f in self.factors]}

    @classmethod
    def from_config(cls, config: dict) -> "Product":
        """Make a layer from the result of `get_config`."""
        return cls(**deserialize_parts(config))
