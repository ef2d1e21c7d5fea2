"""What the metadata store tells of folders and of components at work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Artifact:
    """A folder that a component made.

    Args:
        id: its number in the store.
        type: TFX's artifact type.
        key: its name among the component's outputs.
        path: the folder.
        digest: see `pipelines.tfx.orchestration.fingerprints.digest_path`.
        n_bytes: size of all its files.
    """

    id: int
    type: str
    key: str
    path: Path
    digest: str
    n_bytes: int


@dataclass(frozen=True)
class Execution:
    """A component at work, now or once.

    Args:
        id: its number in the store.
        component: the component's name.
        state: ML Metadata's word for it: "RUNNING", "COMPLETE", "FAILED" or "CANCELED".
        fingerprint: digest of inputs, parameters and code.
        code_version: digest of the code.
        parameters: what it was told.
        properties: what it reported.
        message: why it failed, or an empty string.
        started: seconds since 1970.
        seconds: how long it took.
    """

    id: int
    component: str
    state: str
    fingerprint: str
    code_version: str
    parameters: dict[str, Any]
    properties: dict[str, Any]
    message: str
    started: float
    seconds: float
