"""The GMVAE baseline of section A.4: pitch and timbre told apart by pitch labels."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from sps_tf.errors import UserError
from sps_tf.gaussian_losses import component_kl, gaussian_kl, mixture_kl, responsibilities
from sps_tf.models.two_encoders import TwoEncoderModel
from sps_tf.serialization import build_once

# Of the prior of each pitch: a deviation of e^-2, as in the published code.
_PITCH_LOGVAR = -4.0
# All 1 in the published code, whose frames span 2.
GMVAE_WEIGHTS = {
    "recon_square": 4.0,
    "kl_pitch": 1.0,
    "kl_timbre": 1.0,
    "kl_component": 1.0,
    "pitch_label": 1.0,
}


@keras.saving.register_keras_serializable("sps_tf")
class GMVAE(TwoEncoderModel):
    """Encode a note as a pitch latent and a timbre latent, each under a mixture of Gaussians.

    Luo et al. 2019. It is the only method here that **learns from labels**: the pitch of every
    training note. Each pitch has a Gaussian of its own; timbres are under K Gaussians that no
    label names; a linear classifier reads the pitch from its latent.

    Departures from the published code: encoders and decoder are those of our other models,
    without batch normalisation; frames are in [0, 1] (the weight of `recon_square` makes good for
    its range of 2); no instrument is labelled, as the text of A.4.2 names pitch labels alone.

    Args:
        frame_shape: (height, width, channels) of a note's picture.
        n_pitches: pitches that there is a Gaussian for. Default 61, MIDI 36 to 96.
        first_pitch: MIDI number of the first. Default 36.
        n_components: K. Default 53, as many as instruments.
        **kwargs: see `TwoEncoderModel`; the content is the pitch latent, the style the timbre
            latent.

    Raises:
        UserError: if a number is below 1.
    """

    reads_labels = True

    def __init__(
        self,
        frame_shape: Sequence[int],
        n_pitches: int = 61,
        first_pitch: int = 36,
        n_components: int = 53,
        **kwargs: object,
    ) -> None:
        if n_pitches < 1 or n_components < 1:
            raise UserError(
                "GMVAE needs pitches and components. "
                f"Received: n_pitches={n_pitches}, n_components={n_components}"
            )
        self.n_pitches, self.first_pitch = n_pitches, first_pitch
        self.n_components = n_components
        super().__init__(frame_shape, **{"loss_weights": GMVAE_WEIGHTS, **kwargs})
        self.classifier = layers.Dense(n_pitches, name="classifier")

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the terms."""
        return tuple(GMVAE_WEIGHTS)

    def build(self, frames_shape: tuple) -> None:
        """Build all parts; see the base class."""
        super().build(frames_shape)
        build_once(self.classifier, (None, self.layout.content_size))
        sizes = (
            (self.n_pitches, self.layout.content_size),
            (
                self.n_components,
                len(self.layout.style),
            ),
        )
        self.pitch_means, self.timbre_means = (
            self.add_weight(shape=shape, initializer="glorot_uniform", name=name)
            for shape, name in zip(sizes, ("pitch_means", "timbre_means"), strict=True)
        )

    # === Training ===

    def compute_losses(
        self,
        frames: keras.KerasTensor,
        training: bool,
        labels: keras.KerasTensor | None = None,
    ) -> dict:
        """Return the terms of the loss; see the base class.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].
            training: whether to draw samples.
            labels: (batch, time, 1) or (batch, time), MIDI numbers of the notes.
        """
        pitch, pitch_logvar = self._flat(self.encoder(frames))
        timbre, timbre_logvar = self._flat(self.style_encoder(frames))
        z_pitch, z_timbre = pitch, timbre
        if training:
            z_pitch = self.sampler(pitch, pitch_logvar, seed=self.stream("noise"))
            z_timbre = self.sampler(timbre, timbre_logvar, seed=self.stream("style_noise"))
        pixels = self.decode(ops.concatenate([z_pitch, z_timbre], axis=-1))
        target = ops.reshape(frames, (-1, *self.frame_shape))
        number = ops.cast(ops.round(ops.reshape(labels, (-1,))) - self.first_pitch, "int32")
        own = ops.take(self.pitch_means, number, axis=0)
        shares = responsibilities(z_timbre, self.timbre_means)
        terms = {
            "recon_square": ops.sum(ops.square(pixels - target), axis=(1, 2, 3)),
            "kl_pitch": ops.sum(gaussian_kl(pitch, pitch_logvar, own, _PITCH_LOGVAR), axis=-1),
            "kl_timbre": mixture_kl(timbre, timbre_logvar, self.timbre_means, shares),
            "kl_component": component_kl(shares),
            "pitch_label": keras.losses.sparse_categorical_crossentropy(
                number, ops.cast(self.classifier(z_pitch), "float32"), from_logits=True
            ),
        }
        # A sum over the notes of a sequence, as all losses here.
        return {name: ops.mean(nats) * frames.shape[1] for name, nats in terms.items()}

    def _flat(self, posterior: tuple) -> tuple:
        """Return mean and log-variance as (batch time, latent)."""
        return tuple(ops.reshape(part, (-1, part.shape[-1])) for part in posterior)

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "n_pitches": self.n_pitches,
            "first_pitch": self.first_pitch,
            "n_components": self.n_components,
        }
