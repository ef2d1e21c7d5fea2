"""Where each of several moving things is, told apart by colour. Not in the paper, no labels."""

import keras
import numpy as np
from keras import ops

from sps_tf.errors import UserError
from sps_tf.frames import in_batches, pixelwise_median, to_unit
from sps_tf.layers.frame_moments import FrameMoments

# Colours are looked for in so many sequences and pixels.
_MOST_SEQUENCES = 128
_MOST_PIXELS = 20_000
# Of the strongest colour: a pixel with less is left out where colours are looked for.
_COLORED = 0.2
# Smallest singular value of the colours' directions: below it they are one colour.
_LEAST_APART = 0.2
# Of a body's full colour: with more of two bodies in a pixel and its neighbours they touch.
_TOUCHING = 0.1


@keras.saving.register_keras_serializable("sps_tf")
class BodyMoments(keras.layers.Layer):
    """Give the `FrameMoments` of each body, in coordinates that all bodies share.

    A body is what has a colour of its own, whatever its brightness, where the picture differs from
    the usual one. The colours are found by k-means in training frames. A pixel's colour is a sum
    of shares of them: each share is a picture of one body, and `FrameMoments` reads it.

    A picture is *whole* unless a body is cut off at its border, or two touch, where one may hide
    part of the other. A body that is wholly hidden counts as one that is not there. Until `adapt`
    has found the colours, `active` is 0.

    Args:
        size: number of components of all bodies together.
        n_bodies: at most one less than the channels of the frames, because brightness tells no
            body from another.
        size_measure: see `FrameMoments`. Default "mass".

    Raises:
        UserError: where it is built for frames with fewer channels.
    """

    def __init__(
        self, size: int, n_bodies: int, size_measure: str = "mass", **kwargs: object
    ) -> None:
        super().__init__(**{"dtype": "float32", "trainable": False, **kwargs})
        self.size = size
        self.n_bodies = n_bodies
        self.moments = FrameMoments(size // n_bodies, size_measure, name="moments")

    @property
    def active(self) -> keras.Variable:
        """1 where the bodies were found and told apart, else 0."""
        return self.moments.active

    def build(self, frames_shape: tuple) -> None:
        """Make the weights for frames of shape (..., height, width, channels)."""
        height, width, channels = frames_shape[-3:]
        if self.n_bodies >= channels:
            raise UserError(
                "Moments tell bodies apart by colour: n_bodies is at most the frames' channels "
                "less 1; set losses.imitation and warm_start.imitate_steps to 0 to do without. "
                f"Received: n_bodies={self.n_bodies}, {channels} channels"
            )

        def add(name: str, shape: tuple) -> keras.Variable:
            return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

        self.median = add("median", (height, width, channels))
        self.unmix = add("unmix", (channels, self.n_bodies))
        if not self.moments.built:
            self.moments.build((height, width, 1))
            self.moments.built = True

    def adapt(self, frames: np.ndarray) -> int:
        """Take the median frame, the colours and the components from training frames.

        Args:
            frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.

        Returns:
            In how many ways the moments of all bodies vary, at most `size`; 0 where the bodies
            cannot be told apart. With fewer than `size` the layer stays off.
        """
        if not self.built:
            self.build(frames.shape)
            self.built = True
        self.median.assign(pixelwise_median(frames))
        stride = -(-len(frames) // _MOST_SEQUENCES)
        directions = find_colors(to_unit(frames[::stride]) - self.median.numpy(), self.n_bodies)
        if directions is None:
            return 0
        self.unmix.assign(np.linalg.pinv(directions))
        pictures = in_batches(self.pictures, frames)
        n_ways = self.moments.adapt(pictures.reshape(len(frames), -1, *pictures.shape[3:]))
        return self.n_bodies * n_ways

    def latents(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the components of stored frames, body after body, and which frames are whole.

        Args:
            frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.

        Returns:
            (n, time, size) float32 and (n, time) float32, as `FrameMoments.latents`.
        """

        def read(part: np.ndarray) -> keras.KerasTensor:
            white, whole = self(part)
            return ops.concatenate([white, whole[..., None]], axis=-1)

        both = in_batches(read, frames)
        return both[..., :-1], both[..., -1]

    def call(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return (batch, time, size) of frames (batch, time, height, width, channels).

        And (batch, time), 1 where a frame is whole and 0 elsewhere.
        """
        pictures = self.pictures(frames)
        white, whole = self.moments(pictures)
        apart = ops.cast(self._touch(pictures) <= _TOUCHING, "float32")
        return ops.reshape(white, (-1, frames.shape[1], self.size)), ops.min(whole, axis=-1) * apart

    def pictures(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return a picture of each body alone: 0 where it is not, about 1 where it is bright.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            (batch, time, bodies, height, width, 1).
        """
        shares = ops.matmul(_chroma(ops.cast(frames, "float32") - self.median), self.unmix)
        return ops.moveaxis(ops.relu(shares), -1, 2)[..., None]

    def _touch(self, pictures: keras.KerasTensor) -> keras.KerasTensor:
        """Return (batch, time): how much of a second body there is in a pixel's neighbourhood."""
        _, n_times, n_bodies, height, width, _ = pictures.shape
        around = ops.max_pool(ops.reshape(pictures, (-1, height, width, 1)), 3, 1, "same")
        around = ops.reshape(around, (-1, n_times, n_bodies, height * width))
        return ops.max(ops.sort(around, axis=2)[:, :, -2], axis=-1)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shapes of the components and of what is whole."""
        return (*frames_shape[:-3], self.size), frames_shape[:-3]

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "size": self.size,
            "n_bodies": self.n_bodies,
            "size_measure": self.moments.size_measure,
        }


def find_colors(difference: np.ndarray, n_bodies: int) -> np.ndarray | None:
    """Find the colours of moving things by k-means.

    Args:
        difference: (..., channels), of frames from the usual picture.
        n_bodies: number of colours, at least 2.

    Returns:
        (n_bodies, channels), sorted: each colour less its grey, as strong as where it is bright.
        None where there are not as many colours.
    """
    from sklearn.cluster import KMeans

    flat = difference.reshape(-1, difference.shape[-1])
    flat = flat - flat.mean(axis=-1, keepdims=True)
    strength = np.linalg.norm(flat, axis=-1)
    chosen = np.flatnonzero(strength > _COLORED * max(strength.max(), 1 / 255))
    chosen = chosen[:: -(-len(chosen) // _MOST_PIXELS) or 1]
    if len(chosen) < n_bodies:
        return None
    strength = strength[chosen]
    hues = flat[chosen] / strength[:, None]
    found = KMeans(n_bodies, n_init=10, random_state=0).fit(hues, sample_weight=strength)
    centers = found.cluster_centers_
    centers = centers / np.maximum(np.linalg.norm(centers, axis=-1, keepdims=True), 1e-9)
    if np.linalg.svd(centers, compute_uv=False).min() < _LEAST_APART:
        return None
    full = [np.quantile(strength[found.labels_ == body], 0.95) for body in range(n_bodies)]
    colors = centers * np.array(full)[:, None]
    return colors[np.lexsort(colors.T)]


def make_moments(
    size: int, n_bodies: int = 1, size_measure: str = "mass"
) -> FrameMoments | BodyMoments:
    """Return the layer that says where the bodies are, `size` numbers of all together."""
    if n_bodies == 1:
        return FrameMoments(size, size_measure, name="moments")
    return BodyMoments(size, n_bodies, size_measure, name="moments")


def _chroma(colors: keras.KerasTensor) -> keras.KerasTensor:
    """Return colours (..., channels) less their grey."""
    return colors - ops.mean(colors, axis=-1, keepdims=True)
