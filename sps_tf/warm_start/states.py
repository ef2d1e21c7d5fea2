"""What several starts of a training share: keep a state, go back to it, choose the best."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops


def get_state(trainer: keras.Model) -> list[np.ndarray]:
    """Return all that a training changes, the optimiser's moments among it."""
    variables = trainer.variables + trainer.optimizer.variables
    return [ops.convert_to_numpy(variable) for variable in variables]


def set_state(trainer: keras.Model, state: list[np.ndarray]) -> None:
    """Go back to a state of `get_state`."""
    variables = trainer.variables + trainer.optimizer.variables
    for variable, value in zip(variables, state, strict=True):
        variable.assign(value)


def lowest(losses: Sequence[float]) -> int:
    """Return the place of the lowest loss; one that is not a number is never chosen."""
    return int(np.argmin([loss if np.isfinite(loss) else np.inf for loss in losses]))
