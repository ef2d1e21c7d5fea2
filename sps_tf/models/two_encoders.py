"""What GMVAE and TS-DSAE share: an encoder of content and one of style, and one decoder."""

from collections.abc import Sequence

import keras
from keras import ops

from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import ConvEncoder
from sps_tf.models.frame_model import FrameModel
from sps_tf.serialization import build_once

_SIZE = 16  # of both latents, in both published codes


class TwoEncoderModel(FrameModel):
    """Encode a frame's content and its style by encoders of their own; decode both together.

    Args:
        frame_shape: (height, width, channels) of a frame.
        encoder: frames to the posterior of the content. Default `ConvEncoder`'s defaults.
        style_encoder: frames to the posterior of the style. Default `ConvEncoder`'s defaults.
        layout: names of the latents. Default 16 of content and 16 of style.
        **kwargs: see `FrameModel`.

    Raises:
        UserError: if the layout has no style, or an encoder gives another number of latents or
            no log-variance.
    """

    def __init__(
        self,
        frame_shape: Sequence[int],
        encoder: ConvEncoder | None = None,
        style_encoder: ConvEncoder | None = None,
        layout: LatentLayout | None = None,
        **kwargs: object,
    ) -> None:
        layout = layout or LatentLayout(*number_latents(_SIZE, _SIZE))
        sizes = layout.content_size, len(layout.style)
        encoder = encoder or ConvEncoder(sizes[0], name="encoder")
        style_encoder = style_encoder or ConvEncoder(max(sizes[1], 1), name="style_encoder")
        given = encoder.latent_size, style_encoder.latent_size
        if given != sizes or not (encoder.stochastic and style_encoder.stochastic):
            raise UserError(
                f"{type(self).__name__} needs stochastic encoders of {sizes[0]} latents of content "
                f"and {sizes[1]} of style, at least one each. Received: encoders of {given[0]} and "
                f"{given[1]}, stochastic={encoder.stochastic}, {style_encoder.stochastic}"
            )
        super().__init__(frame_shape, encoder=encoder, layout=layout, **kwargs)
        self.style_encoder = style_encoder

    def build(self, frames_shape: tuple) -> None:
        """Build encoders and decoder; see the base class."""
        super().build(frames_shape)
        build_once(self.style_encoder, frames_shape)

    def encode(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return the means of both posteriors.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            (batch, time, latent) float32: content, then style.
        """
        means = [encoder(frames)[0] for encoder in (self.encoder, self.style_encoder)]
        return ops.cast(ops.concatenate(means, axis=-1), "float32")

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "style_encoder": keras.saving.serialize_keras_object(self.style_encoder),
        }


def number_latents(n_content: int, n_style: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names of latents of content and of style.

    Args:
        n_content: how many of content.
        n_style: how many of style.

    Returns:
        Such as ("z_content1", "z_content2"), ("z_style1",).
    """
    return (
        tuple(f"z_content{i + 1}" for i in range(n_content)),
        tuple(f"z_style{i + 1}" for i in range(n_style)),
    )
