"""The partials of a spectrum on an axis of octaves: what many timbres have in common."""

import keras
import numpy as np
from keras import ops

from sps_tf.layers.frequency_blur import smoothing

# The lowest place of the new axis, in bins of the spectrogram: below it semitones are far narrower
# than a bin, and nothing is read.
_LOWEST_BIN = 2.5
# Width of the neighbourhood whose mean is subtracted.
_NEIGHBOURHOOD_OCTAVES = 0.25
# Root mean square, of roots of magnitudes, below which a frame counts as silent and stays small.
_SILENCE = 3e-4


@keras.saving.register_keras_serializable("sps_tf")
class Partials(keras.layers.Layer):
    """Give what rises above its neighbourhood in a spectrum, over octaves, at one loudness.

    Not in the paper. The envelope of a spectrum tells the timbre, the places of its partials the
    pitch. Roots of magnitudes, so that weak partials count, are read at even steps of an octave;
    the mean of their neighbourhood is subtracted, negative values are left out; the rest is
    blurred, so that fractions of a semitone between the trained ones are met, and divided by the
    frame's root mean square. The decoder's target stays the plain spectrogram.

    Args:
        per_octave: places an octave of the new axis, at least 12.
        blur_octaves: standard deviation of the blur; 0: none. Default a sixth.

    Example:
        >>> Partials(24)(keras.ops.zeros((8, 513, 5, 1))).shape
        (8, 185, 5, 1)
    """

    def __init__(self, per_octave: int, blur_octaves: float = 1 / 6, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.per_octave = per_octave
        self.blur_octaves = blur_octaves

    def build(self, frames_shape: tuple) -> None:
        """Make the matrices: to the new axis, less the neighbourhood's mean, and the blur."""
        n_bins, n_places = frames_shape[-3], self._n_places(frames_shape[-3])
        place_bins = _LOWEST_BIN * 2 ** (np.arange(n_places) / self.per_octave)
        # Linear between bins; where a step is wider than a bin, a mean of all within a step.
        reach = np.maximum(place_bins * (2 ** (1 / self.per_octave) - 1), 1.0)
        distance = np.abs(np.arange(n_bins) - place_bins[:, None])
        weights = np.maximum(0, 1 - distance / reach[:, None])
        weights /= weights.sum(axis=1, keepdims=True)
        mean = smoothing(n_places, _NEIGHBOURHOOD_OCTAVES * self.per_octave)
        mean /= mean.sum(axis=1, keepdims=True)
        self.rises = (weights - mean @ weights).astype("float32")
        self.blur = None
        if self.blur_octaves:
            self.blur = smoothing(n_places, self.blur_octaves * self.per_octave).astype("float32")

    def call(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Read frames of shape (n, bins, hops, channels) in [0, 1]; (n, places, hops, channels)."""
        # Differences of neighbours need full precision, whatever the policy.
        roots = ops.sqrt(ops.cast(frames, "float32"))
        rises = ops.relu(ops.einsum("kb,nbhc->nkhc", self.rises, roots))
        if self.blur is not None:
            rises = ops.einsum("kb,nbhc->nkhc", self.blur, rises)
        return ops.cast(_at_one_loudness(rises), self.compute_dtype)

    @staticmethod
    def transpose(partials: keras.KerasTensor, n_places: keras.KerasTensor) -> keras.KerasTensor:
        """Move partials along the axis: what the same tone of another pitch would give.

        What comes from beyond the axis is 0.

        Args:
            partials: (n, places, hops, channels), from `call`.
            n_places: (n,) int32, how far up each goes.

        Returns:
            The moved partials at one loudness, of the same shape.
        """
        n = partials.shape[1]
        source = ops.arange(n, dtype="int32") - n_places[:, None]
        within = ops.logical_and(source >= 0, source < n)[..., None, None]
        source = ops.clip(source, 0, n - 1)[..., None, None]
        moved = ops.take_along_axis(partials, source, axis=1) * ops.cast(within, partials.dtype)
        return ops.cast(_at_one_loudness(ops.cast(moved, "float32")), partials.dtype)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shape of the partials."""
        return (*frames_shape[:-3], self._n_places(frames_shape[-3]), *frames_shape[-2:])

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "per_octave": self.per_octave,
            "blur_octaves": self.blur_octaves,
        }

    def _n_places(self, n_bins: int) -> int:
        return 1 + int(self.per_octave * np.log2((n_bins - 1) / _LOWEST_BIN))


def _at_one_loudness(rises: keras.KerasTensor) -> keras.KerasTensor:
    size = ops.sqrt(ops.mean(ops.square(rises), axis=(1, 2, 3), keepdims=True))
    return rises / (size + _SILENCE)
