"""Which models of a root were blessed, and whether what was pushed is still there."""

from pathlib import Path
from typing import Any

from pipelines.tfx.orchestration.component import Component
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.records import Artifact


def find_last_blessed(log: MetadataLog, dataset: str, model: Artifact) -> Artifact | None:
    """Return the last blessed model of a data set other than the one at hand.

    Args:
        log: the root's metadata.
        dataset: name of the data set.
        model: the model at hand.

    Returns:
        The other model, or None where there is none.
    """
    for execution in log.executions("Evaluator"):
        if execution.state != "COMPLETE" or not execution.properties.get("blessed"):
            continue
        other = log.inputs_of(execution.id).get("model")
        if other is None or other.id == model.id or not other.path.is_dir():
            continue
        trained = log.producer_of(other.id).parameters["config"]
        if trained["dataset"] == dataset:
            return other
    return None


def is_still_pushed(component: Component, properties: dict[str, Any]) -> bool:
    """Tell whether what the Pusher put outside the root is still there."""
    if component.name != "Pusher" or not properties.get("pushed"):
        return True
    return Path(properties["destination"]).is_dir()
