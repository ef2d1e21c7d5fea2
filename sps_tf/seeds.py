"""Seeds without state: each random stream derives from (seed, purpose, step).

Nothing has to be saved to resume a run: the noise of step 1,000 is the same whether the run
got there in one go or was stopped and continued.
"""

import zlib

import keras
import numpy as np
from keras import ops

# Draws made in one step get consecutive numbers; a stride this wide keeps the numbers of two
# neighbouring steps apart.
_DRAWS_PER_STEP = 64


def fold(seed: int, *purposes: str | int) -> int:
    """Derive the seed of one stream.

    Args:
        seed: the run's one seed, at least 0.
        *purposes: what the stream is for, such as `"teacher_mask"`, or an index.

    Returns:
        A seed in [0, 2**31).
    """
    words = [zlib.crc32(p.encode()) if isinstance(p, str) else int(p) for p in purposes]
    state = np.random.SeedSequence([int(seed), *words]).generate_state(1)[0]
    return int(state) & 0x7FFFFFFF


class StepSeed(keras.random.SeedGenerator):
    """Hand out the seeds of one stream within one training step.

    `keras.random` takes it as `seed=`. Unlike its parent class it owns no variable: the state
    is a function of the stream's word, the step and the number of draws made in this step.

    Args:
        word: seed of the stream, see `fold`.
        step: scalar integer tensor, the global step.
        replica: scalar integer, number of the replica in a distributed run. Default 0.
    """

    def __init__(self, word: int, step: keras.KerasTensor, replica: int = 0) -> None:
        self.word = word
        self.step = step
        self.replica = replica
        self.n_draws = 0

    def next(self, ordered: bool = True) -> keras.KerasTensor:
        """Return the seed of the next draw.

        Args:
            ordered: accepted for the parent's signature; draws are always ordered.

        Returns:
            Unsigned integer tensor of shape (2,).

        Raises:
            RuntimeError: if one step makes more draws than the stride between steps.
        """
        if self.n_draws >= _DRAWS_PER_STEP:
            raise RuntimeError(f"One step may draw {_DRAWS_PER_STEP} times from one stream.")
        position = ops.cast(self.step, "uint32") * _DRAWS_PER_STEP + self.n_draws
        self.n_draws += 1
        # Replicas take words of their own, far from each other.
        apart = ops.convert_to_tensor(0x9E3779B1, dtype="uint32")
        word = ops.cast(self.word, "uint32") + ops.cast(self.replica, "uint32") * apart
        return ops.stack([word, ops.cast(position, "uint32")])
