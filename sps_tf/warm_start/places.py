"""Teach an encoder's place head by the method's own latent losses. Not in the paper.

Head and prior learn together from a random start, on equations 3 to 6 with every true latent given
and without a decoder. The losses are measured in units of how far the latent moves within
sequences: what is constant in a sequence, such as a timbre, can neither lower nor raise them. No
label is used.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.frames import in_batches, to_unit_tensor
from sps_tf.models.sps import SPS
from sps_tf.optimizers import compile_rule
from sps_tf.warm_start.latent_objective import LatentObjective
from sps_tf.warm_start.states import get_state, lowest, set_state

_BATCH_SIZE = 32
# Steps whose frames are gathered at once: bounds the memory.
_STEPS_AT_ONCE = 100
# Each start is tried for a quarter of the steps: a poor one is then at twice the loss.
_SHARE_OF_A_TRIAL = 4
# Sequences that move much less than the mean one hardly count as moving less.
_STILL = 0.2
# Far below any variance: else shrinking the latent would lower the losses.
_ROUNDING = 1e-14
# Of an axis from -1 to 1: what moves less does so by rounding, or not at all.
_LEAST_SPREAD = 1e-5


class PlaceTrainer(keras.Model):
    """Train a place head and a prior on the latent losses alone.

    Args:
        model: its encoder's place head and its prior are trained.
        seed: seed of the group elements.
        n_times: steps of a sequence.
    """

    def __init__(self, model: SPS, seed: int, n_times: int) -> None:
        super().__init__(name="place_trainer", dtype="float32")
        self.head, self.prior = model.encoder.place_head, model.prior
        self.prepare = model.encoder.prepare
        # One element a sequence: an unbiased and cheap estimate.
        self.objective = LatentObjective(model, seed, n_transforms=1, n_given=n_times - 1)
        self.step = self.add_weight(shape=(), dtype="int32", trainable=False, name="step")
        self.built = True

    def call(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return the places (batch, time, 1) of stored frames, see `sps_tf.frames.to_unit`."""
        places = self.head(self.prepare(to_unit_tensor(frames)))
        return ops.cast(ops.reshape(places, (-1, frames.shape[1], 1)), "float32")

    def compute_loss(
        self,
        x: keras.KerasTensor = None,
        y: None = None,
        y_pred: None = None,
        sample_weight: None = None,
        training: bool = True,
    ) -> keras.KerasTensor:
        """Return the latent losses of one-step predictions, for each step."""
        z = self(x)
        z = (z - ops.mean(z)) / ops.sqrt(typical_variance(z))
        loss = self.objective(z, 1.0, self.step)
        self.step.assign_add(1)
        return loss / z.shape[1]


def typical_variance(z: keras.KerasTensor) -> keras.KerasTensor:
    """Return how far a latent moves within a typical sequence, with its gradient.

    The geometric mean over sequences, each with a fifth of the mean variance added. The plain mean
    would grow most by few sequences that move far, and losses over it would be lowest there.

    Args:
        z: (batch, time, 1).

    Returns:
        Scalar above 0.
    """
    variance = ops.mean(ops.square(z - ops.mean(z, axis=1, keepdims=True)), axis=(1, 2))
    least = _STILL * ops.mean(variance) + _ROUNDING
    return ops.exp(ops.mean(ops.log(variance + least)))


def teach_places(
    model: SPS,
    frames: np.ndarray,
    seed: int,
    n_steps: int,
    n_starts: int,
    learning_rate: float,
    progress: Callable[[str], None] = lambda _: None,
) -> float:
    """Teach the place head and the prior, and bring the places to a mean of 0 and a spread of 1.

    Args:
        model: its encoder's place head, which must not be trainable, and its prior are changed in
            place.
        frames: (n, time, height, width, channels), see `sps_tf.frames.to_unit`.
        seed: the run's seed.
        n_steps: training steps of the best start, of 32 sequences each; each is tried for a quarter
            of them.
        n_starts: number of random starts.
        learning_rate: Adam's rate, with cosine decay to 0.
        progress: called with a line of text after each start.

    Returns:
        The mean loss over the last steps, at most 100.

    Raises:
        UserError: if the places do not move at the end, or the loss is not finite.
    """
    head = model.encoder.place_head
    head.trainable = True
    trainer = PlaceTrainer(model, seeds.fold(seed, "places_group"), frames.shape[1])
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
    trainer.compile(keras.optimizers.Adam(schedule), jit_compile=compile_rule())
    trainer.optimizer.build(trainer.trainable_variables)
    rngs = [np.random.default_rng(seeds.fold(seed, "places", i)) for i in range(n_starts)]
    n_tried = max(n_steps // _SHARE_OF_A_TRIAL, 1)
    losses, states = _try_starts(trainer, frames, rngs, n_tried, progress)
    best = lowest(losses)
    loss = losses[best]
    set_state(trainer, states[best])
    if n_steps > n_tried:
        loss = _fit(trainer, frames, rngs[best], n_steps - n_tried)
        progress(f"places by the latent losses, start {best + 1} to its end: loss {loss:.4g}")
    mean, spread = _mean_and_spread(trainer, frames)
    if not (np.isfinite(loss) and spread > _LEAST_SPREAD):
        raise UserError(
            "The place head found no place that moves: lower config.warm_start.place_rate, or set "
            f"place_steps to 0. Received: place_rate={learning_rate}, loss {loss:.4g}"
        )
    head.rescale(mean, spread)
    # It stays as it is now: trained on, the pictures' losses bend it.
    head.trainable = False
    return loss


def _try_starts(
    trainer: PlaceTrainer,
    frames: np.ndarray,
    rngs: Sequence[np.random.Generator],
    n_steps: int,
    progress: Callable[[str], None],
) -> tuple[list[float], list[list[np.ndarray]]]:
    """Train a little from several initial weights; return losses and states.

    The first are the model's own, the others those in another order.
    """
    initial, losses, states = get_state(trainer), [], []
    for number, rng in enumerate(rngs, 1):
        set_state(trainer, initial)
        for weight in trainer.trainable_variables if number > 1 else ():
            weight.assign(rng.permuted(ops.convert_to_numpy(weight).ravel()).reshape(weight.shape))
        losses.append(_fit(trainer, frames, rng, n_steps))
        # Units that are silent for every spectrum give one place, and what is constant has no loss.
        some = frames[:: max(1, len(frames) // _BATCH_SIZE)]
        if not _mean_and_spread(trainer, some)[1] > _LEAST_SPREAD:
            losses[-1] = np.inf
        states.append(get_state(trainer))
        text = f"places by the latent losses, start {number} of {len(rngs)}: loss {losses[-1]:.4g}"
        progress(text)
    return losses, states


def _mean_and_spread(trainer: PlaceTrainer, frames: np.ndarray) -> tuple[float, float]:
    """Return the mean of the places and how far they move within a typical sequence."""
    z = in_batches(trainer, frames)
    return float(z.mean()), float(np.sqrt(ops.convert_to_numpy(typical_variance(z))))


def _fit(
    trainer: PlaceTrainer, frames: np.ndarray, rng: np.random.Generator, n_steps: int
) -> float:
    """Train on; return the mean loss over the last steps, at most 100."""
    batch_size = min(_BATCH_SIZE, len(frames))
    loss = 0.0
    for first in range(0, n_steps, _STEPS_AT_ONCE):
        n = min(_STEPS_AT_ONCE, n_steps - first)
        order = np.concatenate([rng.permutation(len(frames))[:batch_size] for _ in range(n)])
        history = trainer.fit(frames[order], batch_size=batch_size, shuffle=False, verbose=0)
        loss = float(history.history["loss"][-1])
    return loss
