"""The TS-DSAE baseline of section A.4: local and global latents, learned in two stages."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
from keras import ops

from sps_tf.errors import UserError
from sps_tf.gaussian_losses import gaussian_kl
from sps_tf.layers import ConvEncoder, GaussianPrior
from sps_tf.models.two_encoders import TwoEncoderModel
from sps_tf.serialization import build_once

SWAPS = ("swap_global", "keep_local", "keep_global", "swap_local")
# All 1, as in the published code.
TS_DSAE_WEIGHTS = dict.fromkeys(("recon_mean_square", "kl_local", "kl_global", *SWAPS), 1.0)


class Gaussian(NamedTuple):
    """Mean and log-variance of a posterior."""

    mean: keras.KerasTensor
    logvar: keras.KerasTensor

    def kl(self, other: "Gaussian") -> keras.KerasTensor:
        """Return the divergence from another, averaged over all axes."""
        return ops.mean(gaussian_kl(*self, *other))

    def rows(self, order: keras.KerasTensor) -> "Gaussian":
        """Return the sequences in another order."""
        return Gaussian(*(ops.take(part, order, axis=0) for part in self))


@keras.saving.register_keras_serializable("sps_tf")
class TSDSAE(TwoEncoderModel):
    """A disentangled sequential autoencoder in two stages (Luo et al. 2022); no labels.

    Each frame has a local latent z_t, the sequence a global one v; `encode` gives v of each frame
    alone, as a sequence of one. In the first stage the local
    encoder and its prior keep their random weights, so that v learns first. In the second all
    learn: the posterior of v is drawn to what it was at the end of the first, and in sequences
    decoded with v or z of another, the exchanged latent must be read back as the other's, the kept
    one as its own.

    Departures from the published code: a frame is a note of five hops, not one hop; encoder and
    decoder are those of our other models; frames are in [0, 1], not of deviation 1, for which
    the weight of `recon_mean_square` makes good; gradients are followed for a fixed number of
    steps, without a choice by validation.

    Args:
        frame_shape: (height, width, channels) of a frame.
        n_first_steps: steps of the first stage. Default 2,500.
        prior: p(z_t | z_<t). Default `GaussianPrior`'s defaults.
        **kwargs: see `TwoEncoderModel`; the content is z, the style v, whose encoder's means and
            log-variances are averaged over the frames.

    Raises:
        UserError: if the number of steps is negative.
    """

    def __init__(
        self,
        frame_shape: Sequence[int],
        n_first_steps: int = 2500,
        prior: GaussianPrior | None = None,
        **kwargs: object,
    ) -> None:
        if n_first_steps < 0:
            raise UserError(f"n_first_steps must be at least 0. Received: {n_first_steps}")
        self.n_first_steps = n_first_steps
        super().__init__(frame_shape, **{"loss_weights": TS_DSAE_WEIGHTS, **kwargs})
        self.reference = ConvEncoder.from_config(
            {**self.style_encoder.get_config(), "name": "reference"}
        )
        self.reference.trainable = False
        self.prior = prior or GaussianPrior(self.layout.content_size, name="prior")

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the terms."""
        return tuple(TS_DSAE_WEIGHTS)

    def build(self, frames_shape: tuple) -> None:
        """Build all parts; see the base class."""
        super().build(frames_shape)
        build_once(self.reference, frames_shape)
        build_once(self.prior, (None, frames_shape[1], self.layout.content_size))

    # === Training ===

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return the terms of the loss; the swaps are 0 in the first stage. See the base class."""
        if training:
            self._keep_reference()
        second = ops.cast(self.step >= self.n_first_steps, "float32")
        local = Gaussian(*(_gate(part, second) for part in self.encoder(frames)))
        whole = _over_time(self.style_encoder, frames)
        z, v = self._sample(local, "noise", training), self._sample(whole, "style_noise", training)
        prior = Gaussian(*(_gate(part, second) for part in self.prior(z)))
        standard, kept = Gaussian(0.0, 0.0), _over_time(self.reference, frames)
        kl_global = (1 - second) * whole.kl(standard) + second * whole.kl(kept)
        pixels = self._decode_sequence(z, v)
        swaps = ops.cond(
            second > 0,
            lambda: ops.stack(self._swap(local, whole, z, v)),
            lambda: ops.zeros((len(SWAPS),)),
        )
        return {
            "recon_mean_square": ops.mean(ops.square(pixels - frames)),
            "kl_local": local.kl(prior),
            "kl_global": kl_global,
            **dict(zip(SWAPS, ops.unstack(swaps, len(SWAPS)), strict=True)),
        }

    def _swap(
        self, local: Gaussian, whole: Gaussian, z: keras.KerasTensor, v: keras.KerasTensor
    ) -> list[keras.KerasTensor]:
        """Exchange v, then z, between the sequences of a batch, and read both back."""
        n_sequences = ops.shape(z)[0]
        first, second = (
            keras.random.shuffle(ops.arange(n_sequences), seed=self.stream(purpose))
            for purpose in ("swap_global", "swap_local")
        )
        other_v = self._decode_sequence(z, ops.take(v, first, axis=0))
        other_z = self._decode_sequence(ops.take(z, second, axis=0), v)
        read = [
            (_over_time(self.style_encoder, x), Gaussian(*self.encoder(x)))
            for x in (other_v, other_z)
        ]
        return [
            read[0][0].kl(whole.rows(first)),
            read[0][1].kl(local),
            read[1][0].kl(whole),
            read[1][1].kl(local.rows(second)),
        ]

    def _sample(self, posterior: Gaussian, purpose: str, training: bool) -> keras.KerasTensor:
        return self.sampler(*posterior, seed=self.stream(purpose)) if training else posterior.mean

    def _decode_sequence(self, z: keras.KerasTensor, v: keras.KerasTensor) -> keras.KerasTensor:
        """Decode (batch, time, content) with one (batch, style) a sequence."""
        shape = (*ops.shape(z)[:2], v.shape[-1])
        return self.decode(ops.concatenate([z, ops.broadcast_to(v[:, None], shape)], axis=-1))

    def _keep_reference(self) -> None:
        """Let the reference follow the encoder of v to the end of the first stage."""
        follows = self.step <= self.n_first_steps
        for kept, live in zip(self.reference.weights, self.style_encoder.weights, strict=True):
            live, value = ops.convert_to_tensor(live), ops.convert_to_tensor(kept)
            kept.assign(ops.where(follows, live, value))

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "n_first_steps": self.n_first_steps,
            "prior": keras.saving.serialize_keras_object(self.prior),
        }


def _gate(x: keras.KerasTensor, share: keras.KerasTensor) -> keras.KerasTensor:
    """Return x, through which only a share of the gradient flows."""
    return share * x + (1 - share) * ops.stop_gradient(x)


def _over_time(encoder: ConvEncoder, frames: keras.KerasTensor) -> Gaussian:
    """Return the posterior of a sequence: heads are linear, so the mean may come after them."""
    return Gaussian(*(ops.mean(part, axis=1) for part in encoder(frames)))
