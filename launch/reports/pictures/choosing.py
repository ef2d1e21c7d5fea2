"""Which runs a picture shows, and the arrays that they left for it."""

import zipfile
from collections.abc import Sequence

import numpy as np

from launch.reports.engine.outcomes import Outcome
from launch.reports.engine.summary import group_by_variant
from sps_tf.runs.folder import Run

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


def choose_runs(outcomes: Sequence[Outcome], metric: str) -> list[Outcome]:
    """Return the run of median score of each variant that has one."""
    groups = group_by_variant(outcomes).values()
    return [chosen for runs in groups if (chosen := choose_run(runs, metric)) is not None]


def read_arrays(outcome: Outcome, file: str) -> dict[str, np.ndarray] | None:
    """Read a file of arrays that a run's evaluation left; None where it is absent or damaged."""
    try:
        with np.load(Run(outcome.run.workdir).workdir / file, allow_pickle=False) as archive:
            return dict(archive)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def name_runs(outcomes: Sequence[Outcome]) -> str:
    """Return the variants of runs in a line, each with its seeds."""
    seeds: dict[str, list[str]] = {}
    for outcome in outcomes:
        seeds.setdefault(outcome.run.variant.name, []).append(str(outcome.run.config.seed))
    return ", ".join(
        f"{name} seed{'s' * (len(own) > 1)} {'/'.join(own)}" for name, own in seeds.items()
    )
