"""The convolutional encoder E (sections 3.1 and A.1.1)."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from sps_tf.errors import UserError
from sps_tf.layers.coupling_flow import CouplingFlow
from sps_tf.layers.place_head import PlaceHead
from sps_tf.serialization import build_once, deserialize_parts

# Section A.1.1: four convolutions from 32 x 32 to 8 x 8.
PAPER_FILTERS = (64, 128, 256, 256)
PAPER_KERNEL_SIZES = (4, 4, 3, 3)
PAPER_STRIDES = (2, 2, 1, 1)


@keras.saving.register_keras_serializable("sps_tf")
class ConvEncoder(layers.Layer):
    """Encode each frame of a sequence alone: convolutions with ReLU, then a linear layer.

    As a VAE's encoder it has two linear heads, the posterior's mean and log-variance; as an
    AE's only the first. No normalisation, no dropout (section A.1.1).

    Args:
        latent_size: number of latent dimensions. Default 3, the ball's.
        filters: output channels of each convolution. Default the paper's.
        kernel_sizes: an integer or (height, width) for each convolution. Default the paper's.
        strides: an integer or (height, width) for each convolution. Default the paper's.
        stochastic: whether there is a log-variance. Default True.
        logvar_bias: initial bias of the log-variance. Default 0; -3 (not in the paper) starts
            with little noise, so that the decoder has something to read.
        centering: a layer applied to the frames first, such as `FrameCentering`, or None.
        flow: an invertible change of coordinates of the first `flow.size` latents, the content,
            after the mean; not in the paper. Default None.
        n_bodies: the flow is applied to so many parts of the content, `flow.size` latents each.
            Default 1.
        place_head: gives the first latent's mean in place of the linear layer; it reads what the
            first convolution reads. Not in the paper. Default None.

    Raises:
        UserError: if filters, kernel sizes and strides differ in number, or no latent is left
            beside a place head's.

    Example:
        >>> encoder = ConvEncoder()
        >>> z_mean, z_logvar = encoder(keras.ops.zeros((8, 20, 32, 32, 3)))
        >>> z_mean.shape
        (8, 20, 3)
    """

    def __init__(
        self,
        latent_size: int = 3,
        filters: Sequence[int] = PAPER_FILTERS,
        kernel_sizes: Sequence[int | Sequence[int]] = PAPER_KERNEL_SIZES,
        strides: Sequence[int | Sequence[int]] = PAPER_STRIDES,
        stochastic: bool = True,
        logvar_bias: float = 0.0,
        centering: layers.Layer | None = None,
        flow: CouplingFlow | None = None,
        n_bodies: int = 1,
        place_head: PlaceHead | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        check_convolutions(filters, kernel_sizes, strides)
        self.latent_size = latent_size
        self.filters = tuple(filters)
        self.kernel_sizes = tuple(kernel_sizes)
        self.strides = tuple(strides)
        self.stochastic = stochastic
        self.logvar_bias = logvar_bias
        self.centering = centering
        self.flow = flow
        self.n_bodies = n_bodies
        self.place_head = place_head
        self.convolutions = [
            layers.Conv2D(n, size, stride, padding="same", activation="relu", name=f"conv{i}")
            for i, (n, size, stride) in enumerate(zip(filters, kernel_sizes, strides, strict=True))
        ]
        n_places = int(place_head is not None)
        if latent_size <= n_places:
            raise UserError(
                "A place head gives the first latent, the linear layer the others: at least one. "
                f"Received: latent_size={latent_size}"
            )
        self.mean_head = layers.Dense(latent_size - n_places, name="mean")
        self.logvar_head = None
        if stochastic:
            self.logvar_head = layers.Dense(
                latent_size,
                bias_initializer=keras.initializers.Constant(logvar_bias),
                name="logvar",
            )

    def build(self, frames_shape: tuple) -> None:
        """Build the layers for frames of shape (batch, time, height, width, channels)."""
        shape = (None, *frames_shape[2:])
        if self.centering is not None:
            build_once(self.centering, shape)
            shape = self.centering.compute_output_shape(shape)
        if self.place_head is not None:
            build_once(self.place_head, shape)
        for convolution in self.convolutions:
            build_once(convolution, shape)
            shape = convolution.compute_output_shape(shape)
        self.map_shape = shape[1:]
        features = (None, shape[1] * shape[2] * shape[3])
        build_once(self.mean_head, features)
        if self.logvar_head is not None:
            build_once(self.logvar_head, features)
        if self.flow is not None:
            build_once(self.flow, (None, self.flow.size))

    def call(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Encode sequences.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            The posterior's mean and log-variance, (batch, time, latent) each; the latter is
            None if the encoder is not stochastic.
        """
        z_mean, z_logvar = self.encode_bent(frames)
        return self.straighten(z_mean), z_logvar

    def encode_bent(
        self, frames: keras.KerasTensor
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Encode sequences without the flow; see `call`."""
        return self.encode_prepared(self.prepare(frames), frames.shape[1])

    def prepare(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the first convolution reads.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            (batch * time, height, width, channels): the frames, or what `centering` gives of them.
        """
        h = ops.reshape(frames, (-1, *frames.shape[2:]))
        return h if self.centering is None else self.centering(h)

    def encode_prepared(
        self, h: keras.KerasTensor, n_frames: int
    ) -> tuple[keras.KerasTensor, keras.KerasTensor | None]:
        """Encode, without the flow, what `prepare` gave of sequences of `n_frames`."""
        prepared = h
        for convolution in self.convolutions:
            h = convolution(h)
        h = ops.reshape(h, (-1, self.mean_head.kernel.shape[0]))
        shape = (-1, n_frames, self.latent_size)
        z_mean = self.mean_head(h)
        if self.place_head is not None:
            place = ops.cast(self.place_head(prepared), z_mean.dtype)
            z_mean = ops.concatenate([place, z_mean], axis=-1)
        z_mean = ops.reshape(z_mean, shape)
        if self.logvar_head is None:
            return z_mean, None
        return z_mean, ops.reshape(self.logvar_head(h), shape)

    def straighten(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Apply the flow, if there is one, to each body's latents.

        Args:
            z: (batch, time, latent), from `encode_bent`.

        Returns:
            The new latents, of the same shape.
        """
        if self.flow is None:
            return z
        size = self.n_bodies * self.flow.size
        parts = ops.reshape(z[..., :size], (-1, z.shape[1], self.n_bodies, self.flow.size))
        content = ops.reshape(self.flow(parts)[0], (-1, z.shape[1], size))
        content = ops.cast(content, z.dtype)
        if size == self.latent_size:
            return content
        return ops.concatenate([content, z[..., size:]], axis=-1)

    def compute_output_shape(self, frames_shape: tuple) -> tuple:
        """Return the shapes of mean and log-variance."""
        shape = (*frames_shape[:2], self.latent_size)
        return shape, (shape if self.stochastic else None)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "latent_size": self.latent_size,
            "filters": list(self.filters),
            "kernel_sizes": list(self.kernel_sizes),
            "strides": list(self.strides),
            "stochastic": self.stochastic,
            "logvar_bias": self.logvar_bias,
            "centering": keras.saving.serialize_keras_object(self.centering),
            "flow": keras.saving.serialize_keras_object(self.flow),
            "n_bodies": self.n_bodies,
            "place_head": keras.saving.serialize_keras_object(self.place_head),
        }

    @classmethod
    def from_config(cls, config: dict) -> "ConvEncoder":
        """Make a layer from the result of `get_config`."""
        return cls(**deserialize_parts(config))


def check_convolutions(filters: Sequence, kernel_sizes: Sequence, strides: Sequence) -> None:
    """Check that every convolution has its width, kernel size and stride.

    Args:
        filters: a width for each convolution.
        kernel_sizes: a size for each convolution.
        strides: a stride for each convolution.

    Raises:
        UserError: if they differ in number or there is none.
    """
    if not filters or not len(filters) == len(kernel_sizes) == len(strides):
        raise UserError(
            "filters, kernel_sizes and strides need an entry for each convolution. "
            f"Received: {filters}, {kernel_sizes}, {strides}"
        )
