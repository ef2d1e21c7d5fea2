"""What SPS and the beta-VAE share: an encoder and a decoder of frames."""

from collections.abc import Mapping, Sequence

import keras
from keras import ops

from sps_tf import losses
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import (
    BodyMoments,
    ConvDecoder,
    ConvEncoder,
    FrameMoments,
    GaussianSampler,
    SlowComponents,
)
from sps_tf.losses import PAPER_WEIGHTS, binary_cross_entropy, kl_divergence
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.serialization import build_once

PAPER_LATENTS = ("z1", "z2", "z3")


class FrameModel(SequenceModel):
    """Encode each frame to latents and decode latents to frames, as a VAE or an AE.

    What is left out is as in the paper (section A.1).

    Args:
        frame_shape: (height, width, channels) of a frame.
        encoder: frames to posterior. Default `ConvEncoder`'s defaults.
        decoder: latents to logits of frames. Default `ConvDecoder`'s defaults.
        layout: names of the latent dimensions. Default three of content.
        loss_weights: see `SequenceModel.track_losses`. Default `sps_tf.losses.PAPER_WEIGHTS`.
        noise_rule: see `GaussianSampler`.
        moments: what the encoder is kept near to before its flow, see `FrameMoments` and
            `BodyMoments`; not in the paper. Default None.
        **kwargs: see `SequenceModel`.

    Raises:
        UserError: if the decoder makes other frames, encoder and layout differ in bodies, or for
            weights see `SequenceModel.track_losses`.
    """

    decodes_frames = True

    def __init__(
        self,
        frame_shape: Sequence[int],
        encoder: ConvEncoder | None = None,
        decoder: ConvDecoder | None = None,
        layout: LatentLayout | None = None,
        loss_weights: Mapping[str, float] = PAPER_WEIGHTS,
        noise_rule: str = "standard",
        moments: FrameMoments | BodyMoments | SlowComponents | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.frame_shape = tuple(frame_shape)
        self.layout = layout or LatentLayout(PAPER_LATENTS)
        self.encoder = encoder or ConvEncoder(self.layout.size, name="encoder")
        self.decoder = decoder or ConvDecoder(self.frame_shape, name="decoder")
        if self.decoder.frame_shape != self.frame_shape:
            raise UserError(
                f"The decoder makes frames of shape {self.decoder.frame_shape}. "
                f"Received: frame_shape={self.frame_shape}"
            )
        if self.encoder.flow is not None and self.encoder.n_bodies != self.layout.n_bodies:
            raise UserError(
                "The encoder's flow serves each body: its n_bodies must be that of the layout. "
                f"Received: {self.encoder.n_bodies} and {self.layout.n_bodies}"
            )
        self.sampler = GaussianSampler(noise_rule, name="sampler")
        self.moments = moments
        self.track_losses(loss_weights)

    def build(self, frames_shape: tuple) -> None:
        """Build encoder and decoder for frames (batch, time, height, width, channels)."""
        if len(frames_shape) != 5:
            raise UserError(
                "Frames have the axes (batch, time, height, width, channels). "
                f"Received shape: {tuple(frames_shape)}"
            )
        build_once(self.encoder, frames_shape)
        build_once(self.decoder, (None, self.layout.size))
        if self.moments is not None:
            build_once(self.moments, frames_shape)
        self.encoder_input_shape = (None, *frames_shape[1:])
        self.built = True

    # === Inference ===

    def encode(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return the posterior's mean.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            (batch, time, latent) float32.
        """
        return ops.cast(self.encoder(frames)[0], "float32")

    def decode_logits(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Decode latents with any leading axes.

        Args:
            z: (..., latent).

        Returns:
            (..., height, width, channels) float32 logits.
        """
        logits = ops.cast(self.decoder(ops.reshape(z, (-1, self.layout.size))), "float32")
        return ops.reshape(logits, (*ops.shape(z)[:-1], *logits.shape[1:]))

    def decode(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Decode latents to frames in [0, 1]; shapes as `decode_logits`."""
        return ops.sigmoid(self.decode_logits(z))

    def call(self, frames: keras.KerasTensor, training: bool = False) -> dict:
        """Encode and reconstruct.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].
            training: unused; the noise of training is in `compute_losses`.

        Returns:
            `z` (batch, time, latent) and `frames_recon`, shaped as frames, in [0, 1].
        """
        z = self.encode(frames)
        return {"z": z, "frames_recon": self.decode(z)}

    # === Training ===

    def posterior(
        self, frames: keras.KerasTensor, training: bool
    ) -> tuple[keras.KerasTensor, dict]:
        """Encode for training.

        Args:
            frames: (batch, time, height, width, channels).
            training: whether to draw a sample; without, z is the mean.

        Returns:
            z (batch, time, latent) and the loss terms of the posterior: `kl` for a VAE,
            `imitation` with moments.
        """
        prepared = self.encoder.prepare(frames)
        bent, z_logvar = self.encoder.encode_prepared(prepared, frames.shape[1])
        z_mean = self.encoder.straighten(bent)
        terms = {}
        if self.moments is not None:
            terms["imitation"] = self._distance_to_moments(frames, prepared, bent)
        if z_logvar is None:
            return z_mean, terms
        z = self.sampler(z_mean, z_logvar, seed=self.stream("noise")) if training else z_mean
        return z, terms | {"kl": kl_divergence(z_mean, z_logvar)}

    def _distance_to_moments(
        self, frames: keras.KerasTensor, prepared: keras.KerasTensor, bent: keras.KerasTensor
    ) -> keras.KerasTensor:
        n_times, size = frames.shape[1], self.layout.content_size
        if isinstance(self.moments, SlowComponents) and self.moments.transpose_octaves:
            # Over all pitches, or the encoder keeps to those of the training frames alone.
            up = self.moments.draw_places(ops.shape(frames)[0], self.stream("transpose"))
            moved = self.moments.input_layer.transpose(prepared, ops.repeat(up, n_times))
            bent, _ = self.encoder.encode_prepared(moved, n_times)
            moments = ops.reshape(self.moments.of_spectra(moved), (-1, n_times, size))
            whole = ops.ones_like(moments[..., 0])
        else:
            moments, whole = self.moments(frames)
        distance = losses.squared_distance(bent[..., :size], moments, weight=whole)
        return self.moments.active * distance

    def decode_branches(self, branches: list[tuple]) -> list[keras.KerasTensor]:
        """Decode several branches in one decoder call and compare them with the frames.

        Args:
            branches: pairs of latents (..., latent) and frames (..., height, width, channels).

        Returns:
            For each pair the cross-entropy in nats, shape (...).
        """
        flat = [ops.reshape(z, (-1, self.layout.size)) for z, _ in branches]
        logits = self.decoder(ops.concatenate(flat, axis=0))
        targets = [ops.reshape(frames, (-1, *self.frame_shape)) for _, frames in branches]
        # One cross-entropy: the gradient of a part of the logits would fill all of them anew.
        all_nats = binary_cross_entropy(ops.concatenate(targets, axis=0), logits)
        nats, start = [], 0
        for part, (z, _) in zip(flat, branches, strict=True):
            n = part.shape[0] if part.shape[0] is not None else ops.shape(part)[0]
            nats.append(ops.reshape(all_nats[start : start + n], ops.shape(z)[:-1]))
            start = start + n
        return nats

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "frame_shape": list(self.frame_shape),
            "encoder": serialize(self.encoder),
            "decoder": serialize(self.decoder),
            "layout": serialize(self.layout),
            "noise_rule": self.sampler.noise_rule,
            "moments": serialize(self.moments),
        }
