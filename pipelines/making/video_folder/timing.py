"""Whether the frames of a video follow each other at even times."""

from collections.abc import Sequence

import numpy as np

# A step of time may differ from the usual one by this share: stamps are rounded to milliseconds.
_TOLERANCE = 0.5
_MIN_DIFFERENCE_MSECS = 2.0


def times_are_even(times_msecs: Sequence[float]) -> bool:
    """Tell whether all steps between time stamps are alike.

    Args:
        times_msecs: a stamp for each frame, in milliseconds.

    Returns:
        False where a step is half as long again as the median, or half as long. Stamps that do
        not grow say nothing, and count as even.
    """
    steps = np.diff(np.asarray(times_msecs, np.float64))
    usual = np.median(steps) if len(steps) else 0.0
    if usual <= 0:
        return True
    allowed = max(_TOLERANCE * usual, _MIN_DIFFERENCE_MSECS)
    return bool((np.abs(steps - usual) < allowed).all())
