"""The base of all models: one loss table, one train step."""

import json
from collections.abc import Mapping
from typing import Any

import keras

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.losses import LOSS_NAMES
from sps_tf.models.tracking import FirstNonFinite, TermMeans
from sps_tf.serialization import deserialize_parts


class SequenceModel(keras.Model):
    """Encode sequences of frames to named latents, and train on a weighted table of losses.

    A subclass sets `layout`, gives `loss_names`, `encode` and `compute_losses`, and calls
    `track_losses` at the end of its constructor. `has_prior` says whether it predicts latents,
    `decodes_frames` whether it makes frames of them, `reads_labels` whether it learns from labels:
    its `compute_losses` then takes them as a third argument.

    Args:
        seed: the run's seed, from which all random streams of training derive. Default 0.
        info: what a user of the trained model needs to know, plain JSON values that its file
            carries along; see `sps_tf.runs.model_info`. Default: nothing.
    """

    has_prior = False
    decodes_frames = False
    reads_labels = False
    layout: LatentLayout

    def __init__(
        self, seed: int = 0, info: Mapping[str, Any] | None = None, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.info = info or {}
        self.step = self.add_weight(
            shape=(),
            dtype="int32",
            initializer="zeros",
            trainable=False,
            name="step",
            aggregation="only_first_replica",
        )

    @property
    def info(self) -> dict[str, Any]:
        """What a user of the trained model needs to know; a copy. Set it anew to change it."""
        return json.loads(self._info_text)

    @info.setter
    def info(self, info: Mapping[str, Any]) -> None:
        self._info_text = json.dumps(info)  # Keras would wrap a dict for tracking

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the active terms, see `sps_tf.losses`; nothing else decides on them."""
        raise NotImplementedError

    @property
    def loss_weights_table(self) -> dict[str, float]:
        """The weight of each active term."""
        return dict(self._weights_table)

    def track_losses(self, loss_weights: Mapping[str, float]) -> None:
        """Take the weights of the active terms, and make what logs them.

        Args:
            loss_weights: weights by the names of `sps_tf.losses`. Those of terms that the model
                does not have are left, so that one table serves every method.

        Raises:
            UserError: if a name is unknown, or an active term has no weight.
        """
        unknown = sorted(set(loss_weights) - set(LOSS_NAMES))
        missing = [name for name in self.loss_names if name not in loss_weights]
        if unknown or missing:
            raise UserError(
                f"{type(self).__name__} needs a weight for each of {', '.join(self.loss_names)}, "
                f"and the losses there are are {', '.join(LOSS_NAMES)}. "
                f"Received: unknown {unknown}, missing {missing}"
            )
        # Not a dict attribute: Keras would wrap it for tracking.
        self._weights_table = tuple((name, float(loss_weights[name])) for name in self.loss_names)
        self.term_means = TermMeans(("loss", *self.loss_names))
        self.gradient_norm = keras.metrics.Mean(name="gradient_norm")
        self.nonfinite = FirstNonFinite()

    # === Inference ===

    def encode(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return the latents of frames.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].

        Returns:
            (batch, time, latent) float32.
        """
        raise NotImplementedError

    def call(self, frames: keras.KerasTensor, training: bool = False) -> dict:
        """Return the latents under `z`; see `encode`.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].
            training: unused; the noise of training is in `compute_losses`.
        """
        return {"z": self.encode(frames)}

    # === Training ===

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return a scalar for each of `loss_names`.

        Args:
            frames: (batch, time, height, width, channels) float in [0, 1].
            training: whether to sample noise, group elements and teacher mask.
        """
        raise NotImplementedError

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
        y: keras.KerasTensor | None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the weighted sum of the loss terms (eq. 1) and log each.

        Keras' own step calls it on every backend.

        Args:
            x: frames (batch, time, height, width, channels) in [0, 1].
            y: labels (batch, time, label), for a model that reads them. Default None.
            y_pred: unused.
            sample_weight: unused.
            training: whether this is a training step.

        Returns:
            Scalar.
        """
        terms = self.compute_losses(x, training, *((y,) if self.reads_labels else ()))
        total = sum(weight * terms[name] for name, weight in self._weights_table)
        self.term_means.update_state([total, *(terms[name] for name in self.loss_names)])
        if training:
            self.step.assign_add(1)
        return total

    def train_step(self, *args: object) -> object:
        """Take one step: all branches under one tape, then the optimiser.

        A step whose losses or gradients are not finite gets gradients of zero and is noted in
        `nonfinite_step`. On other backends than TensorFlow it is Keras' own step, which calls
        the same `compute_loss`.

        Args:
            *args: on TensorFlow a batch of frames (batch, time, height, width, channels), or frames
                and labels.

        Returns:
            The logs: means since the last reset.
        """
        if keras.backend.backend() != "tensorflow":
            return super().train_step(*args)
        return self._tensorflow_step(*args)

    def _tensorflow_step(self, data: object) -> dict:
        import tensorflow as tf  # the only TensorFlow-only code of the library

        frames, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        if not self.built:
            self.build(tuple(frames.shape))
        context = tf.distribute.get_replica_context()
        step = tf.identity(self.step)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(frames, labels, training=True)
            scaled = loss / context.num_replicas_in_sync
        gradients = tape.gradient(scaled, self.trainable_weights)
        norm = tf.linalg.global_norm(gradients)
        n_bad = context.all_reduce("sum", tf.cast(~tf.math.is_finite(norm + loss), tf.int32))
        # One operation a weight: 0 where the factor is 0, whatever the gradient is.
        finite = tf.cast(n_bad == 0, norm.dtype)
        gradients = [tf.math.multiply_no_nan(g, tf.cast(finite, g.dtype)) for g in gradients]
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
        return {
            **super().get_config(),
            "loss_weights": self.loss_weights_table,
            "seed": self.seed,
            "info": self.info,
        }

    @classmethod
    def from_config(cls, config: dict) -> "SequenceModel":
        """Make a model from the result of `get_config`."""
        return cls(**deserialize_parts(config))
