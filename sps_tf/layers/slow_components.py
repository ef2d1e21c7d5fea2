"""Numbers that change slowly from frame to frame: a start for the latents of sound.

Not in the paper; no label is used.
"""

from collections.abc import Iterator

import keras
import numpy as np
from keras import ops

from sps_tf.errors import UserError
from sps_tf.frames import to_unit
from sps_tf.layers.partials import Partials
from sps_tf.serialization import build_once, deserialize_parts

_BATCH_SIZE = 32
# Components with less than this share of the largest variance are rounding noise.
_SMALLEST_SHARE = 1e-9
# Its multiples, less their whole parts, are spread evenly, however many there are.
_GOLDEN_RATIO = (5**0.5 - 1) / 2


@keras.saving.register_keras_serializable("sps_tf")
class SlowComponents(keras.layers.Layer):
    """Give white numbers of spectra that change as little as can be over the next steps.

    Of all linear maps of the leading principal components of the spectra, those whose
    values change least against their variance. That is the minimum of the method's own latent
    losses (equations 3 to 6, over the latents' variance) for the simplest prior that commutes with
    translations: the one that predicts no change. Until `adapt` has found enough of them,
    `active` is 0. Every frame counts as whole, see `sps_tf.layers.FrameMoments`.

    Args:
        size: number of components given, the slowest first.
        n_components: principal components that are combined. Default 24.
        horizon_steps: changes over 1 up to so many steps count alike, as in a free run; 0 gives the
            principal components themselves, for a model without a prior. Default 1.
        input_layer: what spectra pass first, such as `sps_tf.layers.Partials`; None: they are taken
            as they are. Default None.
        transpose_octaves: of `Partials`, each sequence that the layer is adapted to is first moved
            up or down the axis, by at most so much. A higher tone of any timbre has its partials
            higher, so few pitches of few timbres tell of all. Default 0: not moved.

    Raises:
        UserError: if sequences are to be moved, and the input layer is not `Partials`.
    """

    def __init__(
        self,
        size: int,
        n_components: int = 24,
        horizon_steps: int = 1,
        input_layer: keras.layers.Layer | None = None,
        transpose_octaves: float = 0.0,
        **kwargs: object,
    ) -> None:
        if transpose_octaves and not isinstance(input_layer, Partials):
            raise UserError(
                "Only sequences of Partials can be moved up and down. "
                f"Received: transpose_octaves={transpose_octaves}, input_layer={input_layer}"
            )
        # Sums over a spectrum need full precision, whatever the policy.
        super().__init__(**{"dtype": "float32", "trainable": False, **kwargs})
        self.size, self.n_components = size, n_components
        self.horizon_steps = horizon_steps
        self.input_layer = input_layer
        self.transpose_octaves = transpose_octaves

    def build(self, frames_shape: tuple) -> None:
        """Make the weights for frames of shape (..., bins, hops, channels)."""
        shape = (None, *frames_shape[-3:])
        if self.input_layer is not None:
            build_once(self.input_layer, shape)
            shape = self.input_layer.compute_output_shape(shape)
        _, n_bins, _, channels = shape

        def add(name: str, shape: tuple) -> keras.Variable:
            return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

        self.matrix = add("matrix", (n_bins * channels, self.size))
        self.offset = add("offset", (self.size,))
        self.active = add("active", ())

    def adapt(self, frames: np.ndarray) -> int:
        """Find the components in training frames.

        Args:
            frames: (n, time, bins, hops, channels), see `sps_tf.frames.to_unit`.

        Returns:
            In how many ways the spectra vary, at most `size`. With fewer the layer stays off.
        """
        if not self.built:
            self.build(frames.shape)
            self.built = True
        mean, covariance, changes = self._second_moments(frames)
        values, vectors = np.linalg.eigh(covariance)
        kept = np.argsort(values)[::-1][: self.n_components]
        kept = kept[values[kept] > _SMALLEST_SHARE * max(values.max(), _SMALLEST_SHARE)]
        matrix = vectors[:, kept] / np.sqrt(values[kept])  # to white principal components
        if self.horizon_steps and matrix.shape[-1]:
            # Turned to the order of their speed.
            matrix = matrix @ np.linalg.eigh(matrix.T @ changes @ matrix)[1]
        n_ways = min(matrix.shape[-1], self.size)
        if n_ways == self.size:
            self.matrix.assign(matrix[:, : self.size])
            self.offset.assign(-mean @ matrix[:, : self.size])
        self.active.assign(float(n_ways == self.size))
        return n_ways

    def latents(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the components of stored frames.

        Args:
            frames: (n, time, bins, hops, channels), see `sps_tf.frames.to_unit`.

        Returns:
            (n, time, size) float32, of sequences moved by `transpositions`, with mean 0 and
            covariance 1 over what `adapt` saw, and (n, time) ones: every frame is whole.
        """
        found = [ops.matmul(spectra, self.matrix) for spectra in self._transposed(frames)]
        found = np.concatenate([ops.convert_to_numpy(part + self.offset) for part in found])
        found = found.reshape(*frames.shape[:2], self.size)
        return found, np.ones(found.shape[:-1], "float32")

    def transpositions(self, n: int) -> np.ndarray:
        """Return by how many places each of `n` sequences is moved up, (n,) int32."""
        evenly = (np.arange(n) * _GOLDEN_RATIO) % 1
        return np.round(self._most_places * (2 * evenly - 1)).astype("int32")

    @property
    def _most_places(self) -> float:
        return self.transpose_octaves and self.transpose_octaves * self.input_layer.per_octave

    def draw_places(self, n: int, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
        """Return by how many places each of `n` sequences is moved up, at random, (n,) int32."""
        share = keras.random.uniform((n,), -1.0, 1.0, seed=seed)
        return ops.cast(ops.round(self._most_places * share), "int32")

    def call(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return (..., size) of frames (..., bins, hops, channels) in [0, 1], and (...) ones."""
        h = self._read(ops.cast(frames, "float32"))
        found = self.of_spectra(h)
        found = ops.reshape(found, (*ops.shape(frames)[:-3], self.size))
        return found, ops.ones_like(found[..., 0])

    def of_spectra(self, spectra: keras.KerasTensor) -> keras.KerasTensor:
        """Return (n, size) of what the input layer gave, (n, places, hops, channels)."""
        return ops.matmul(self._flat(spectra), self.matrix) + self.offset

    def _read(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return (n, places, hops, channels): what the input layer gives of frames."""
        h = ops.reshape(frames, (-1, *frames.shape[-3:]))
        return h if self.input_layer is None else ops.cast(self.input_layer(h), "float32")

    def _flat(self, spectra: keras.KerasTensor) -> keras.KerasTensor:
        """Return (n, places channels), the hops averaged."""
        mean = ops.mean(ops.cast(spectra, "float32"), axis=-2)
        return ops.reshape(mean, (-1, self.matrix.shape[0]))

    def _second_moments(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return mean, covariance, and covariance of the changes over the next steps, float64.

        Sums over batches: the spectra of a whole set may not fit into memory.
        """
        count, total, squares, changes = 0, 0.0, 0.0, 0.0
        for spectra in self._transposed(frames):
            h = ops.convert_to_numpy(spectra).astype("float64")
            h = h.reshape(-1, frames.shape[1], h.shape[-1])
            flat = h.reshape(-1, h.shape[-1])
            count += len(flat)
            total = total + flat.sum(axis=0)
            squares = squares + flat.T @ flat
            for lag in range(1, min(self.horizon_steps, h.shape[1] - 1) + 1):
                change = (h[:, lag:] - h[:, :-lag]).reshape(-1, h.shape[-1])
                changes = changes + change.T @ change / (h.shape[1] - lag)
        mean = total / count
        return mean, squares / count - np.outer(mean, mean), np.asarray(changes)

    def _transposed(self, frames: np.ndarray) -> Iterator[keras.KerasTensor]:
        """Give the spectra of a few stored sequences at a time, moved, their hops averaged."""
        places = self.transpositions(len(frames)).repeat(frames.shape[1])
        n_frames = _BATCH_SIZE * frames.shape[1]
        for number, first in enumerate(range(0, len(frames), _BATCH_SIZE)):
            h = self._read(ops.convert_to_tensor(to_unit(frames[first:][:_BATCH_SIZE])))
            if self.transpose_octaves:
                h = self.input_layer.transpose(h, places[number * n_frames :][:n_frames])
            yield self._flat(h)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shapes of the components and of the ones."""
        return (*frames_shape[:-3], self.size), frames_shape[:-3]

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "size": self.size,
            "n_components": self.n_components,
            "horizon_steps": self.horizon_steps,
            "transpose_octaves": self.transpose_octaves,
            "input_layer": keras.saving.serialize_keras_object(self.input_layer),
        }

    @classmethod
    def from_config(cls, config: dict) -> "SlowComponents":
        """Make a layer from the result of `get_config`."""
        return cls(**deserialize_parts(config))
