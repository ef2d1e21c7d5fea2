"""Find latent coordinates that suit the group, by the method's own losses. Not in the paper.

Given latents that say where things are, but in any coordinates, the encoder's flow and a rotation
are trained together with the prior on equations 3 to 6. Several random rotations are tried for a
part of the steps; the one with the lowest loss is trained to the end. No label and no knowledge of
gravity is used: symmetry itself finds the latent that must not be transformed, and straightens the
others.
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from sps_tf import seeds
from sps_tf.errors import UserError
from sps_tf.models.sps import SPS
from sps_tf.optimizers import compile_rule
from sps_tf.warm_start.latent_aligner import LatentAligner
from sps_tf.warm_start.states import get_state, lowest, set_state

_BATCH_SIZE = 32
# Each start is tried for a fifth of the steps.
_SHARE_OF_A_TRIAL = 5
# The way to the end is gone in so many parts.
_N_PARTS = 10
# A part that ends so much above the best loss has lost the coordinates.
_LOST = 0.1


def align(
    model: SPS,
    latents: np.ndarray,
    seed: int,
    n_steps: int,
    n_starts: int,
    learning_rate: float,
    n_transforms: int = 1,
    information: float = 0.2,
    progress: Callable[[str], None] = lambda _: None,
) -> list[float]:
    """Train the encoder's flow and the prior on given latents, by the method's latent losses.

    Args:
        model: its prior and its encoder's flow are changed in place.
        latents: (n, time, content), white latents of the training set: the flow's input. Each
            body counts as a sequence.
        seed: the run's seed.
        n_steps: steps of the best start; each is tried for a fifth of them.
        n_starts: number of random rotations.
        learning_rate: Adam's rate, with cosine decay to 0.
        n_transforms: K, at most the model's own. Default 1: an unbiased and cheap estimate.
        information: weight of the information lost, beside the mean of the latent losses.
            Default 0.2.
        progress: called with a line of text after each start.

    Returns:
        The loss that each trial ended with; the lowest was followed.

    Raises:
        UserError: if that loss is no number.
    """
    latents = ops.convert_to_numpy(model.layout.fold(latents.astype("float32")))
    model.encoder.flow.trainable = True
    aligner = LatentAligner(model, seeds.fold(seed, "align"), n_transforms, information)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, n_steps)
    aligner.compile(keras.optimizers.Adam(schedule), jit_compile=compile_rule())
    aligner.optimizer.build(aligner.trainable_variables)
    n_tried = max(n_steps // _SHARE_OF_A_TRIAL, 1)
    rngs = [np.random.default_rng(seeds.fold(seed, "align", i)) for i in range(n_starts)]
    losses, states = _try_starts(aligner, latents, rngs, n_tried, progress)
    best = lowest(losses)
    loss = losses[best]
    set_state(aligner, states[best])
    if n_steps > n_tried:
        loss = _fit_to_end(aligner, latents, rngs[-1], n_steps - n_tried, loss)
        progress(f"alignment of the latents, start {best + 1} to its end: loss {loss:.4g}")
    if not np.isfinite(loss):
        raise UserError(
            "The alignment of the latents found no coordinates: lower "
            "config.warm_start.align_rate, or set align_steps to 0. "
            f"Received: align_rate={learning_rate}, loss {loss}"
        )
    aligner.fold(latents)
    # It stays as it is now: trained on, from batches of few sequences, it drifts away.
    model.encoder.flow.trainable = False
    return losses


def _try_starts(
    aligner: LatentAligner,
    latents: np.ndarray,
    rngs: Sequence[np.random.Generator],
    n_steps: int,
    progress: Callable[[str], None],
) -> tuple[list[float], list[list[np.ndarray]]]:
    """Train a little from a random rotation of each generator; return losses and states."""
    initial, losses, states = get_state(aligner), [], []
    for number, rng in enumerate(rngs, 1):
        set_state(aligner, initial)
        aligner.start.assign(_random_rotation(rng, latents.shape[-1]))
        losses.append(_fit(aligner, latents, rng, n_steps))
        states.append(get_state(aligner))
        text = f"alignment of the latents, start {number} of {len(rngs)}: loss {losses[-1]:.4g}"
        progress(text)
    return losses, states


def _random_rotation(rng: np.random.Generator, size: int) -> np.ndarray:
    q, r = np.linalg.qr(rng.normal(size=(size, size)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0:
        q[:, 0] = -q[:, 0]
    return q


def _fit_to_end(
    aligner: LatentAligner,
    latents: np.ndarray,
    rng: np.random.Generator,
    n_steps: int,
    best: float,
) -> float:
    """Train the aligner on in parts; one that loses what the best had found is undone.

    A single step can throw the flow far away, and thousands of further ones do not bring it back.
    """
    state = get_state(aligner)
    for part in np.array_split(np.arange(n_steps), min(_N_PARTS, n_steps)):
        loss = _fit(aligner, latents, rng, len(part))
        if not loss <= best + _LOST:  # one that is no number is lost too
            set_state(aligner, state)
            loss = best
        elif loss < best:
            best, state = loss, get_state(aligner)
    return loss


def _fit(
    aligner: LatentAligner, latents: np.ndarray, rng: np.random.Generator, n_steps: int
) -> float:
    """Train the aligner on; return its mean loss over the last tenth of the steps."""
    batch_size = min(_BATCH_SIZE, len(latents))
    order = np.stack([rng.permutation(len(latents))[:batch_size] for _ in range(n_steps)])
    n_last = max(n_steps // 10, 1)
    for part in (order[:-n_last], order[-n_last:]):
        if len(part):
            history = aligner.fit(
                latents[part.reshape(-1)], batch_size=batch_size, shuffle=False, verbose=0
            )
    return float(history.history["loss"][-1])
