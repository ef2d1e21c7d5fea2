"""Teach a randomly started encoder latents that are known. Not in the paper."""

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.frames import in_batches, to_unit_tensor
from sps_tf.layers import ConvEncoder, FrameMoments
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.optimizers import compile_rule

_BATCH_SIZE = 16
# Steps whose frames are gathered at once: bounds the memory of the imitation.
_STEPS_AT_ONCE = 100
# Of what a frame shows: with less left in the picture, it says nothing of the place any more.
_LEAST_VISIBLE = 0.02


class Shifts(NamedTuple):
    """How frames are shifted while they are imitated, so that many show something cut off.

    Args:
        moments: gives the latents of shifted frames.
        sums: (n, time, sums) of the frames, see `FrameMoments.sums`.
        most_pixels: how far at most.
    """

    moments: FrameMoments
    sums: np.ndarray
    most_pixels: int

    def draw(
        self, order: np.ndarray, latents: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw shifts of every second sequence; the others stay where they are.

        Args:
            order: (m,) numbers of sequences.
            latents: (n, time, size) of the frames as they are.
            rng: gives the shifts.

        Returns:
            The pixels (m, time, 2) int32, down and to the right, and the latents (m, time, size).
        """
        shape = (len(order), self.sums.shape[1], 2)
        pixels = rng.integers(-self.most_pixels, self.most_pixels + 1, shape, dtype="int32")
        pixels[::2] = 0
        known = latents[order]
        known[1::2] = self.moments.shifted(self.sums[order[1::2]], pixels[1::2])
        return pixels, known


class Imitator(keras.Model):
    """Train an encoder's mean to give known content latents, by the mean squared error.

    They are what the flow, if there is one, starts from.

    Args:
        encoder: changed in place; its log-variance and its flow are left as they are.
        content: indices of the content latents.
        noise: standard deviation of what is added to what the first convolution reads. Default 0.
        seed: of the noise.
    """

    def __init__(
        self, encoder: ConvEncoder, content: list[int], noise: float = 0.0, seed: int = 0
    ) -> None:
        super().__init__(name="imitator")
        self.encoder = encoder
        self.content = content
        self.noise = noise
        self.random = keras.random.SeedGenerator(seed)
        self.built = True

    def call(
        self, inputs: dict[str, keras.KerasTensor], training: bool = False
    ) -> keras.KerasTensor:
        """Return (batch, time, content) of stored frames, see `sps_tf.frames.to_unit`.

        Args:
            inputs: `frames`, (batch, time, height, width, channels), and how they are moved: of
                partials `transpositions`, (batch, time), how far up; of pictures `shifts`,
                (batch, time, 2), how far down and to the right.
            training: whether noise is added. Default False.
        """
        frames = inputs["frames"]
        h = self._read(inputs)
        if self.noise and training:
            noise = keras.random.normal(ops.shape(h), seed=self.random)
            h = h + self.noise * ops.cast(noise, h.dtype)
        mean = self.encoder.encode_prepared(h, frames.shape[1])[0]
        return ops.stack([ops.cast(mean, "float32")[..., i] for i in self.content], axis=-1)

    def _read(self, inputs: dict[str, keras.KerasTensor]) -> keras.KerasTensor:
        """Return what the first convolution reads, (batch time, height, width, channels)."""
        h = self.encoder.prepare(to_unit_tensor(inputs["frames"]))
        if "transpositions" in inputs:
            places = ops.reshape(inputs["transpositions"], (-1,))
            return self.encoder.centering.transpose(h, places)
        if "shifts" in inputs:
            return self.encoder.centering.shift(h, ops.reshape(inputs["shifts"], (-1, 2)))
        return h

    def compute_loss(
        self,
        x: dict[str, keras.KerasTensor] | None = None,
        y: keras.KerasTensor = None,
        y_pred: keras.KerasTensor = None,
        sample_weight: keras.KerasTensor = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the mean squared error; where a shift leaves nothing visible, 0 is asked for."""
        if "shifts" in x:
            seen, whole = (
                ops.sum(ops.abs(self._read(inputs)), axis=(1, 2, 3))
                for inputs in (x, {"frames": x["frames"]})
            )
            visible = ops.cast(seen > _LEAST_VISIBLE * whole, y.dtype)
            y = y * ops.reshape(visible, (-1, y.shape[1], 1))
        return super().compute_loss(x, y, y_pred, sample_weight, training)

    def latents(self, frames: np.ndarray) -> np.ndarray:
        """Return what the encoder gives of stored frames before its flow: (n, time, content)."""
        return in_batches(lambda part: self({"frames": part}), frames)


def imitate(
    model: SequenceModel,
    frames: np.ndarray,
    latents: np.ndarray,
    weights: np.ndarray,
    seed: int,
    n_steps: int,
    learning_rate: float,
    noise: float = 0.0,
    transpositions: np.ndarray | None = None,
    shifts: Shifts | None = None,
) -> tuple[Imitator, float]:
    """Teach the encoder content latents.

    Args:
        model: its encoder is changed in place.
        frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.
        latents: (n, time, content), what the encoder is to give, before its flow.
        weights: (n, time), of each frame's squared error; 0 where its latents are not known.
        seed: the run's seed.
        n_steps: training steps, of 16 sequences each.
        learning_rate: Adam's rate, with cosine decay to 0.
        noise: standard deviation of noise on what the first convolution reads. Default 0.
        transpositions: (n,) int32, by how many places each sequence is moved up; the encoder must
            read `Partials`. Default None: none is moved.
        shifts: how pictures are shifted; the encoder must read `FrameCentering`. Those of sequences
            that are shifted take the place of `latents`. Default None: none is shifted.

    Returns:
        What gives the encoder's latents, and the mean squared error over the last steps, at most
        100.
    """
    rng = np.random.default_rng(seeds.fold(seed, "imitate"))
    content = model.layout.indices(model.layout.content)
    imitator = Imitator(model.encoder, content, noise, seeds.fold(seed, "imitate_noise"))
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
    batch_size = min(_BATCH_SIZE, len(frames))
    loss = 0.0
    with _held(model.encoder.logvar_head, model.encoder.flow):
        imitator.compile(keras.optimizers.Adam(schedule), loss="mse", jit_compile=compile_rule())
        for first in range(0, n_steps, _STEPS_AT_ONCE):
            n = min(_STEPS_AT_ONCE, n_steps - first)
            order = np.concatenate([rng.permutation(len(frames))[:batch_size] for _ in range(n)])
            inputs, known = {"frames": frames[order]}, latents[order]
            if transpositions is not None:
                places = transpositions[order, None].repeat(frames.shape[1], axis=1)
                inputs["transpositions"] = places
            if shifts is not None:
                inputs["shifts"], known = shifts.draw(order, latents, rng)
            history = imitator.fit(
                inputs,
                known,
                sample_weight=weights[order],
                batch_size=batch_size,
                shuffle=False,
                verbose=0,
            )
            loss = history.history["loss"][-1]
    return imitator, float(loss)


@contextlib.contextmanager
def _held(*parts: keras.Layer | None) -> Iterator[None]:
    """Let layers, where they are there, stay as they are, and give them back as they were."""
    kept = [(part, part.trainable) for part in parts if part is not None]
    for part, _ in kept:
        part.trainable = False
    try:
        yield
    finally:
        for part, was in kept:
            part.trainable = was
