"""One run of the whole pipeline, from settings to a summary."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ml_collections import ConfigDict

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.orchestration.leftovers import sweep_serving
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.models import find_last_blessed, is_still_pushed
from pipelines.tfx.orchestration.runner import Extras, Outcome, Runner
from pipelines.tfx.orchestration.settings import Settings, make_parameters
from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.training.validation import validate


def run_pipeline(
    config: ConfigDict,
    settings: Settings,
    root: Path,
    beam: BeamSettings,
    connection: str = "",
    only: Sequence[str] = (),
) -> list[Outcome]:
    """Run the components, print a summary, and leave it in `<root>/summaries`.

    Args:
        config: the training run's settings.
        settings: the rest, see `Settings`.
        root: the pipeline root, made where it is missing.
        beam: how Beam runs.
        connection: see `MetadataLog`. Default "": SQLite in the root.
        only: names of components; default all.

    Returns:
        What became of each component.

    Raises:
        UserError: if a setting is wrong, the root cannot be used, or a component fails.
    """
    validate(config)
    parameters = make_parameters(config, settings)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"--pipeline_root cannot be used ({error.strerror}). Received: {root}"
        ) from error
    log = MetadataLog(root, connection)
    extras = Extras(
        baseline=lambda model: find_last_blessed(log, config.dataset, model),
        stands=is_still_pushed,
    )
    for folder in sweep_serving(settings.serving_dir):
        print(f"Removed {folder}, which a killed run left.", file=sys.stderr)
    started = time.time()
    outcomes = Runner(root, log, beam, extras).run(parameters, only)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
    (root / "summaries").mkdir(exist_ok=True)
    path = root / "summaries" / f"{stamp}_{time.time_ns() % 10**6:06d}.json"
    files.write_json(path, [to_json(outcome, root) for outcome in outcomes])
    print(f"\n{_table(outcomes, root)}\n\n{time.time() - started:.0f} s in all. Also in {path}")
    return outcomes


def to_json(outcome: Outcome, root: Path) -> dict[str, Any]:
    """Return an outcome as plain JSON values, its folders relative to the root."""
    outputs = {key: str(made.path.relative_to(root)) for key, made in outcome.outputs.items()}
    return {
        "component": outcome.component,
        "state": outcome.state,
        "seconds": round(outcome.seconds, 1),
        "outputs": outputs,
        "properties": outcome.properties,
    }


def _table(outcomes: Sequence[Outcome], root: Path) -> str:
    rows = [("component", "", "seconds", "made")]
    for outcome in outcomes:
        made = ", ".join(str(a.path.relative_to(root)) for a in outcome.outputs.values())
        rows.append((outcome.component, outcome.state, f"{outcome.seconds:.1f}", made))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d}" for a, b, c, d in rows
    )
