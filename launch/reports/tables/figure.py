"""Figure 3 over the runs of a table: one run of each method."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from launch.reports.tables.outcomes import Outcome
from launch.reports.tables.summary import label_of
from sps_tf import files
from sps_tf.runs.folder import POINTS_FILE, Run

if TYPE_CHECKING:
    import numpy as np

PITCH_METRIC = "test/pitch_r2"
_FIGURE_FILE = "figure_3.png"


def draw_figure(
    outcomes: Sequence[Outcome], folder: Path, data_dir: str | None = None
) -> dict[str, str] | None:
    """Draw the learned factor and the synthesised pitch of each method (Figure 3).

    The paper does not say which of its ten runs it shows; here it is the run whose R^2 of the
    learned factor is the median, the lower of the two in the middle.

    Args:
        outcomes: the runs of the table.
        folder: where the picture goes.
        data_dir: not read; drawing other figures needs the data.

    Returns:
        `file`, its name, and `caption`, which names the run of each method and the methods that
        are not in it; None where the data are not the accordion's scales, or no run has points.
    """
    config = outcomes[0].run.config
    if config.dataset != "sps_scale":
        return None
    points, shown, left_out = {}, [], []
    for method in dict.fromkeys(outcome.run.method for outcome in outcomes):
        run = choose_run([outcome for outcome in outcomes if outcome.run.method == method])
        found = None if run is None else _read_points(Run(run.run.workdir).workdir / POINTS_FILE)
        if found is None:
            left_out.append(method)
        else:
            points[label_of(run.run.config)] = found
            shown.append(run.run.name)
    if not points:
        return None
    from sps_tf import figures

    files.write_png(folder / _FIGURE_FILE, figures.draw_pitch_figure(points))
    caption = f"Figure 3, of each method the run of median R^2: {', '.join(shown)}"
    caption += f"; without points: {', '.join(left_out)}" if left_out else ""
    return {"file": _FIGURE_FILE, "caption": caption}


def choose_run(outcomes: Sequence[Outcome], metric: str = PITCH_METRIC) -> Outcome | None:
    """Choose the run whose score is the median.

    Args:
        outcomes: the runs of one method.
        metric: name of the score. Default: R^2 of the learned factor.

    Returns:
        The run; of an even number the lower of the two in the middle. None where no finished run
        has the score.
    """
    scored = [
        outcome for outcome in outcomes if outcome.results and metric in outcome.results["metrics"]
    ]
    scored.sort(key=lambda outcome: outcome.results["metrics"][metric])
    return scored[(len(scored) - 1) // 2] if scored else None


def _read_points(path: Path) -> "dict[str, np.ndarray] | None":
    """Read the points of a run; None where they are not there or damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
