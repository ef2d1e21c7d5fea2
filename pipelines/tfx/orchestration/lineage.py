"""What made a model: the tree of executions and artifacts behind it."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.records import Artifact, Execution
from sps_tf.errors import UserError

_MODEL_TYPES = ("PushedModel", "Model")
_SHORT = 12  # digits of a digest that are shown


@dataclass(frozen=True)
class Node:
    """An artifact, the execution that made it, and what that one read.

    Args:
        artifact: the folder.
        execution: what made it.
        inputs: name of each thing read -> its own node.
    """

    artifact: Artifact
    execution: Execution
    inputs: dict[str, "Node"]


def find_model(log: MetadataLog, model: str) -> Artifact:
    """Find the model that the user means.

    Args:
        log: the root's metadata.
        model: a folder (an artifact's, or one in the serving folder), an artifact's number, or
            empty for the newest.

    Returns:
        The artifact.

    Raises:
        UserError: if there is no such model.
    """
    known = [artifact for name in _MODEL_TYPES for artifact in log.artifacts(name)]
    if not known:
        raise UserError(f"No model was made in this root yet. Received: {log.root}")
    if not model:
        return known[0]
    path = Path(model).expanduser().resolve()
    for artifact in known:
        pushed = log.producer_of(artifact.id).properties.get("destination")
        if model == str(artifact.id) or path in (artifact.path, pushed and Path(pushed)):
            return artifact
    names = ", ".join(str(artifact.path.relative_to(log.root)) for artifact in known[:5])
    raise UserError(f"--model must be a model of this root, such as {names}. Received: {model!r}")


def trace(log: MetadataLog, artifact: Artifact) -> Node:
    """Follow an artifact back to the data.

    Args:
        log: the root's metadata.
        artifact: any artifact.

    Returns:
        The tree.
    """
    execution = log.producer_of(artifact.id)
    inputs = log.inputs_of(execution.id)
    return Node(artifact, execution, {key: trace(log, held) for key, held in inputs.items()})


def to_text(node: Node, root: Path) -> str:
    """Print a tree, each execution's settings, code and time under the artifact it made.

    Args:
        node: the tree.
        root: the pipeline root, to which folders are relative.

    Returns:
        Lines of text. What occurs twice is told once.
    """
    return "\n".join(_lines(node, root, "", set()))


def _lines(node: Node, root: Path, key: str, told: set[int]) -> list[str]:
    artifact, execution = node.artifact, node.execution
    head = f"{key}: " if key else ""
    place = artifact.path.relative_to(root)
    lines = [f"{head}{artifact.type} {place} (sha256 {artifact.digest[:_SHORT]})"]
    if artifact.id in told:
        return [f"{lines[0]}, told above"]
    told.add(artifact.id)
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(execution.started))
    facts = [
        f"made by {execution.component} #{execution.id}, {when}, {execution.seconds:.0f} s",
        f"code {execution.code_version[:_SHORT]}, fingerprint {execution.fingerprint[:_SHORT]}",
        *(f"{name} = {value}" for name, value in flatten(execution.parameters)),
    ]
    branches = list(node.inputs.items())
    bar = "|" if branches else " "
    lines += [f"{bar}    {fact}" for fact in facts]
    for number, (name, child) in enumerate(branches, start=1):
        last = number == len(branches)
        inner = _lines(child, root, name, told)
        lines.append(f"{'`' if last else '|'}-- {inner[0]}")
        lines += [f"{' ' if last else '|'}   {line}" for line in inner[1:]]
    return lines


def flatten(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return nested settings as (dotted name, value); empty ones are left out."""
    flat = []
    for name, value in sorted(values.items()):
        if isinstance(value, dict):
            flat += flatten(value, f"{prefix}{name}.")
        elif value not in ("", [], None):
            flat.append((f"{prefix}{name}", value))
    return flat
