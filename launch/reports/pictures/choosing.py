"""Which runs a picture shows."""

from collections.abc import Sequence

import numpy as np

from launch.reports.engine.outcomes import Outcome

# A picture (height, width, 3) uint8, and its caption.
Drawn = tuple[np.ndarray, str]


def choose_run(outcomes: Sequence[Outcome], metric: str) -> Outcome | None:
    """Choose the run whose score is the median.

    Args:
        outcomes: the runs of one variant.
        metric: name of the score.

    Returns:
        The run; of an even number the lower of the two in the middle. None where no finished run
        has the score.
    """
    scored = [
        outcome for outcome in outcomes if outcome.results and metric in outcome.results["metrics"]
    ]
    scored.sort(key=lambda outcome: outcome.results["metrics"][metric])
    return scored[(len(scored) - 1) // 2] if scored else None


def name_runs(outcomes: Sequence[Outcome]) -> str:
    """Return the names of runs in a line."""
    return ", ".join(outcome.run.name for outcome in outcomes)
