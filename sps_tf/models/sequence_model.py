"""The base of all models: one loss table, one train step."""

from collections.abc import Mapping

import keras
from keras import ops

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers import ConvDecoder, ConvEncoder, GaussianSampler
from sps_tf.losses import LOSS_NAMES, binary_cross_entropy, kl_divergence
from sps_tf.models.tracking import FirstNonFinite
from sps_tf.serialization import build_once, deserialize_parts


class SequenceModel(keras.Model):
    """Encode frames to named latents, decode them, and train on a weighted table of losses.

    A subclass gives `loss_names` and `compute_losses`; everything else is shared.

    Args:
        encoder: frames to posterior.
        decoder: latents to logits.
        layout: names of the latent dimensions.
        loss_weights: a weight for each of the model's `loss_names`, no more and no fewer.
        noise_rule: see `GaussianSampler`.
        seed: the run's seed, from which all random streams of training derive.

    Raises:
        UserError: if the weights' names are not those of the model's losses.
    """

    has_prior = False

    def __init__(
        self,
        encoder: ConvEncoder,
        decoder: ConvDecoder,
        layout: LatentLayout,
        loss_weights: Mapping[str, float],
        noise_rule: str = "standard",
        seed: int = 0,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.layout = layout
        self.sampler = GaussianSampler(noise_rule, name="sampler")
        self.seed = seed
        # Not a dict attribute: Keras would wrap it for tracking.
        self._weights_table = tuple((name, float(w)) for name, w in loss_weights.items())
        self._check_loss_weights()
        self.step = self.add_weight(
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            name="step",
            aggregation="only_first_replica",
        )
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.term_means = [keras.metrics.Mean(name=name) for name in self.loss_names]
        self.gradient_norm = keras.metrics.Mean(name="gradient_norm")
        self.nonfinite = FirstNonFinite()

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the active terms, see `sps_tf.losses`."""
        raise NotImplementedError

    @property
    def loss_weights_table(self) -> dict[str, float]:
        """The weight of each active term."""
        return dict(self._weights_table)

    def _check_loss_weights(self) -> None:
        names = set(self.loss_weights_table)
        if names != set(self.loss_names) or not names <= set(LOSS_NAMES):
            raise UserError(
                f"{type(self).__name__} needs weights for {sorted(self.loss_names)}. "
                f"Received: {sorted(names)}"
            )

    def build(self, frames_shape: tuple) -> None:
        """Build encoder and decoder for frames (batch, time, height, width, channels)."""
        if len(frames_shape) != 5:
            raise UserError(
                "Frames have the axes (batch, time, height, width, channels). "
                f"Received shape: {tuple(frames_shape)}"
            )
        build_once(self.encoder, frames_shape)
        build_once(self.decoder, (None, self.layout.size))
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

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return a scalar for each of `loss_names`.

        Args:
            frames: (batch, time, height, width, channels) float in [0, 1].
            training: whether to sample noise, group elements and teacher mask.
        """
        raise NotImplementedError

    def posterior(
        self, frames: keras.KerasTensor, training: bool
    ) -> tuple[keras.KerasTensor, dict]:
        """Encode for training.

        Args:
            frames: (batch, time, height, width, channels).
            training: whether to draw a sample; without, z is the mean.

        Returns:
            z (batch, time, latent) and the loss terms of the posterior: `kl` for a VAE.
        """
        z_mean, z_logvar = self.encoder(frames)
        if z_logvar is None:
            return z_mean, {}
        z = self.sampler(z_mean, z_logvar, seed=self.stream("noise")) if training else z_mean
        return z, {"kl": kl_divergence(z_mean, z_logvar)}

    def decode_branches(self, branches: list[tuple]) -> list[keras.KerasTensor]:
        """Decode several branches in one decoder call and compare them with the frames.

        Args:
            branches: pairs of latents (..., latent) and frames (..., height, width, channels).

        Returns:
            For each pair the cross-entropy in nats, shape (...).
        """
        size = self.layout.size
        flat = [ops.reshape(z, (-1, size)) for z, _ in branches]
        logits = self.decoder(ops.concatenate(flat, axis=0))
        nats, start = [], 0
        for z, (whole, frames) in zip(flat, branches, strict=True):
            n = z.shape[0] if z.shape[0] is not None else ops.shape(z)[0]
            target = ops.reshape(frames, (-1, *logits.shape[1:]))
            bce = binary_cross_entropy(target, logits[start : start + n])
            nats.append(ops.reshape(bce, ops.shape(whole)[:-1]))
            start = start + n
        return nats

    def stream(self, purpose: str, per_replica: bool = True) -> seeds.StepSeed:
        """Return the seeds of one random stream at the present step.

        Args:
            purpose: name of the stream.
            per_replica: whether the replicas of a distributed run draw different numbers, as
                they must for what is drawn for each sequence; not so for the whole batch.
        """
        replica = self._replica() if per_replica else 0
        return seeds.StepSeed(seeds.fold(self.seed, purpose), self.step, replica)

    def compute_loss(
        self,
        x: keras.KerasTensor = None,
        y: None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the weighted sum of the loss terms (eq. 1) and log each.

        Keras' own step calls it on every backend.

        Args:
            x: frames (batch, time, height, width, channels) in [0, 1].
            y: unused, there are no labels.
            y_pred: unused.
            sample_weight: unused.
            training: whether this is a training step.

        Returns:
            Scalar.
        """
        terms = self.compute_losses(x, training)
        total = sum(weight * terms[name] for name, weight in self._weights_table)
        self.loss_mean.update_state(total)
        for tracker in self.term_means:
            tracker.update_state(terms[tracker.name])
        if training:
            self.step.assign_add(1)
        return total

    def train_step(self, *args: object) -> object:
        """Take one step: all branches under one tape, then the optimiser.

        A step whose losses or gradients are not finite gets gradients of zero and is noted in
        `nonfinite_step`. On other backends than TensorFlow it is Keras' own step, which calls
        the same `compute_loss`.

        Args:
            *args: on TensorFlow a batch of frames (batch, time, height, width, channels).

        Returns:
            The logs: means since the last reset.
        """
        if keras.backend.backend() != "tensorflow":
            return super().train_step(*args)
        return self._tensorflow_step(*args)

    def _tensorflow_step(self, data: object) -> dict:
        import tensorflow as tf  # the only TensorFlow-only code of the library

        frames, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        context = tf.distribute.get_replica_context()
        step = tf.identity(self.step)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(frames, training=True)
            scaled = loss / context.num_replicas_in_sync
        gradients = tape.gradient(scaled, self.trainable_weights)
        norm = tf.linalg.global_norm(gradients)
        n_bad = context.all_reduce("sum", tf.cast(~tf.math.is_finite(norm + loss), tf.int32))
        gradients = [tf.where(n_bad > 0, tf.zeros_like(g), g) for g in gradients]
        self.optimizer.apply(gradients, self.trainable_weights)
        self.gradient_norm.update_state(norm)
        self.nonfinite.update_state(step, n_bad == 0)
        return self.get_metrics_result()

    @staticmethod
    def _replica() -> int:
        """Return this replica's number in a distributed TensorFlow run, else 0."""
        if keras.backend.backend() != "tensorflow":
            return 0
        import tensorflow as tf

        context = tf.distribute.get_replica_context()
        return context.replica_id_in_sync_group if context is not None else 0

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "encoder": serialize(self.encoder),
            "decoder": serialize(self.decoder),
            "layout": serialize(self.layout),
            "loss_weights": self.loss_weights_table,
            "noise_rule": self.sampler.noise_rule,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict) -> "SequenceModel":
        """Make a model from the result of `get_config`."""
        return cls(**deserialize_parts(config))
