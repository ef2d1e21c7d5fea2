"""The scalars of a run, read from what it has written for TensorBoard."""

from pathlib import Path

import numpy as np


def read_scalars(folder: Path, prefix: str = "train/") -> dict[str, np.ndarray]:
    """Return curves over the steps.

    Args:
        folder: TensorBoard's folder of the run; one that is missing has no curves.
        prefix: beginning of the scalars' names. Default "train/".

    Returns:
        (points, 2) float64 of step and value by name, steps rising. A part of a run that was
        trained twice, as after a kill, has the values of the second time. What a killed process
        has left at a file's end is passed over. Without TensorBoard there are no curves.
    """
    values: dict[str, dict[int, float]] = {}
    # A file's name begins with the time at which it was opened.
    paths = sorted(folder.glob("events.out.tfevents.*"))
    try:
        from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
        from tensorboard.util import tensor_util
    except ImportError:  # where JAX goes on with a run that TensorFlow has begun
        return {}

    for path in paths:
        for event in EventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.tag.startswith(prefix):
                    number = tensor_util.make_ndarray(value.tensor)
                    values.setdefault(value.tag, {})[event.step] = float(number)
    return {name: np.array(sorted(points.items())) for name, points in values.items()}
