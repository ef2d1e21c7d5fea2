"""Sweep away what killed runs left in a pipeline root: folders that the metadata do not know."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.tfx.orchestration.component import Component
from pipelines.tfx.orchestration.metadata import MetadataLog
from sps_tf.files import hold


class _BusyError(Exception):
    """Another process is at work there."""


def lock_path(root: Path, component: str, fingerprint: str) -> Path:
    """Return the lock that whoever makes a result holds; the name is that of its work folder too.

    Args:
        root: the pipeline root.
        component: the component's name.
        fingerprint: digest of inputs, parameters and code.

    Returns:
        The file.
    """
    return root / ".locks" / f"{component}-{fingerprint[:16]}"


def sweep(root: Path, log: MetadataLog, components: Sequence[Component]) -> list[Path]:
    """Remove folders that no artifact names, and work that will not be gone on with.

    What a living process is making stays: it holds its lock. So does the work of resumable
    components.

    Args:
        root: the pipeline root.
        log: its metadata.
        components: those whose folders are swept.

    Returns:
        The folders removed.
    """
    removed = []
    for component in components:
        fingerprints = {e.id: e.fingerprint for e in log.executions(component.name)}
        known = {a.path for kind in set(component.outputs.values()) for a in log.artifacts(kind)}
        for key in component.outputs:
            for folder in _numbered(root / component.name / key):
                fingerprint = fingerprints.get(int(folder.name), "")
                removed += _remove(folder, known, lock_path(root, component.name, fingerprint))
        if not component.resumable:
            for folder in (root / ".work").glob(f"{component.name}-*"):
                removed += _remove(folder, set(), root / ".locks" / folder.name)
    return removed


def sweep_serving(folder: Path) -> list[Path]:
    """Remove unfinished copies from the folder that models are pushed to, unless one is made now.

    Args:
        folder: the serving folder; nothing happens where it is missing.

    Returns:
        The folders removed.
    """
    unfinished = list(folder.glob(".tmp-*")) if folder.is_dir() else []
    removed = []
    for path in unfinished:
        removed += _remove(path, set(), folder / ".lock")
    return removed


def _numbered(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.name.isdecimal())


def _remove(folder: Path, known: set[Path], lock: Path) -> list[Path]:
    def refuse() -> None:
        raise _BusyError

    if folder in known:
        return []
    with contextlib.suppress(_BusyError), hold(lock, refuse):
        shutil.rmtree(folder, ignore_errors=True)
        return [folder]
    return []
