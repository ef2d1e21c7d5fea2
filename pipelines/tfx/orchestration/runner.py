"""Run the components of a pipeline in order; leave out what is done already."""

import contextlib
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.orchestration.code_versions import code_version
from pipelines.tfx.orchestration.component import COMPONENTS, Component
from pipelines.tfx.orchestration.fingerprints import digest_path, digest_values, size_of
from pipelines.tfx.orchestration.imports import Sources
from pipelines.tfx.orchestration.leftovers import lock_path, sweep
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.records import Artifact, Execution
from sps_tf.errors import UserError
from sps_tf.files import hold

DONE, HELD = "done", "not run again"


@dataclass(frozen=True)
class Outcome:
    """What became of one component.

    Args:
        component: its name.
        state: `DONE`, or `HELD` where an earlier result stands.
        seconds: how long the work took, now or then.
        outputs: what it made, by key.
        properties: what it reported.
    """

    component: str
    state: str
    seconds: float
    outputs: dict[str, Artifact]
    properties: dict[str, Any]


@dataclass(frozen=True)
class Extras:
    """What a component may need that does not decide whether it runs again.

    Args:
        baseline: finds the last blessed model, given the new one; None where there is none.
        stands: tells whether what was made outside the root is still there.
    """

    baseline: Callable[[Artifact], Artifact | None] = lambda _: None
    stands: Callable[[Component, dict[str, Any]], bool] = lambda *_: True


class Runner:
    """Runs components in one pipeline root.

    Two runners may work in one root: where both need the same result, one makes it while the
    other waits. A component's output folders appear in the root complete, or not at all.

    Args:
        root: the pipeline root.
        log: its metadata.
        beam: how Beam runs.
        extras: see `Extras`.
    """

    def __init__(
        self, root: Path, log: MetadataLog, beam: BeamSettings, extras: Extras | None = None
    ) -> None:
        self._root = root
        self._log = log
        self._beam = beam
        self._extras = extras or Extras()
        self._sources = Sources()

    def run(
        self,
        parameters: Mapping[str, Mapping[str, Any]],
        only: Sequence[str] = (),
        components: Sequence[Component] = COMPONENTS,
    ) -> list[Outcome]:
        """Run the pipeline.

        Args:
            parameters: name of a component -> what it is told, plain JSON values.
            only: names of the components to run. Default: all. The others must have run with
                these settings before.
            components: the pipeline, each component after those whose outputs it reads.

        Returns:
            The outcomes, in order; of the components that another one needs or that were asked
            for.

        Raises:
            UserError: if a component fails by a fault that the user can mend.
        """
        for folder in sweep(self._root, self._log, components):
            print(f"Removed {folder}, which a killed run left.", file=sys.stderr)
        outcomes: list[Outcome] = []
        made: dict[str, Artifact] = {}
        last = max(i for i, c in enumerate(components) if not only or c.name in only)
        for number, component in enumerate(components[: last + 1], start=1):
            inputs = {key: made[key] for key in component.inputs}
            told = json.loads(json.dumps(parameters[component.name]))
            place = f"[{number}/{len(components)}] {component.name}"
            may_run = not only or component.name in only
            outcome = self._run_one(component, inputs, told, place, may_run)
            print(f"{place}: {outcome.state} ({outcome.seconds:.0f} s)", flush=True)
            made |= outcome.outputs
            outcomes.append(outcome)
        return outcomes

    def _run_one(
        self,
        component: Component,
        inputs: dict[str, Artifact],
        parameters: dict[str, Any],
        place: str,
        may_run: bool,
    ) -> Outcome:
        version = code_version(self._sources, component.modules(parameters))
        decisive = {key: told for key, told in parameters.items() if key not in component.noted}
        fingerprint = digest_values(
            {
                "component": component.name,
                "inputs": {key: artifact.digest for key, artifact in inputs.items()},
                "parameters": decisive,
                "code": version,
            }
        )
        lock = lock_path(self._root, component.name, fingerprint)

        def waiting() -> None:
            print(f"{place}: another run is making this; waiting for it", flush=True)

        with hold(lock, waiting):
            held = self._find_held(component, fingerprint)
            if held is not None:
                return held
            if not may_run:
                raise UserError(
                    f"{component.name} has not run with these settings in this root. Add it to "
                    f"--components, or leave --components out. Received: {self._root}"
                )
            print(f"{place}: running", flush=True)
            number = self._log.start(component, fingerprint, version, parameters, inputs)
            return self._work(component, number, lock.name, inputs, parameters)

    def _find_held(self, component: Component, fingerprint: str) -> Outcome | None:
        """Return the newest result that is still whole; note executions whose process died."""
        for execution in self._log.find(component.name, fingerprint):
            if execution.state == "RUNNING":
                # This process holds the lock that a living one would hold.
                self._log.fail(execution.id, "The process ended.", canceled=True)
            if execution.state == "COMPLETE":
                outputs = self._log.outputs_of(execution.id)
                if self._is_whole(component, execution, outputs):
                    return _outcome(execution, HELD, outputs)
        return None

    def _is_whole(
        self, component: Component, execution: Execution, outputs: dict[str, Artifact]
    ) -> bool:
        for artifact in outputs.values():
            if not artifact.path.is_dir() or digest_path(artifact.path) != artifact.digest:
                print(f"{artifact.path} is gone or was changed; it is made anew.", file=sys.stderr)
                return False
        return set(outputs) == set(component.outputs) and self._extras.stands(
            component, execution.properties
        )

    def _work(
        self,
        component: Component,
        number: int,
        name: str,
        inputs: dict[str, Artifact],
        parameters: dict[str, Any],
    ) -> Outcome:
        """Let the component work in folders aside, then put them in place."""
        work = self._root / ".work" / name
        if work.exists() and not component.resumable:
            shutil.rmtree(work)
        folders = {key: work / key for key in component.outputs}
        for folder in folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        read = {key: artifact.path for key, artifact in inputs.items()}
        baseline = self._extras.baseline(inputs["model"]) if "blessing" in folders else None
        if baseline is not None:
            read["baseline"] = baseline.path
        started = time.time()
        try:
            properties = component.load()(read, folders, parameters, self._beam)
            outputs = self._place(component, folders, number)
        except BaseException as error:
            with contextlib.suppress(UserError):  # the disk is full for the metadata as well
                self._log.fail(number, str(error) or type(error).__name__)
            kept = self._clear(component, work, number)
            told = _explain(error)
            if told is not None:
                raise UserError(_name_failure(component, read, told, kept)) from error
            raise
        shutil.rmtree(work)
        artifacts = self._log.finish(number, component, properties, outputs, baseline)
        return Outcome(component.name, DONE, time.time() - started, artifacts, properties)

    def _place(
        self, component: Component, folders: dict[str, Path], number: int
    ) -> dict[str, tuple[Path, str, int]]:
        placed = {}
        for key, folder in folders.items():
            target = self._root / component.name / key / str(number)
            target.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(target)
            placed[key] = (target, digest_path(target), size_of(target))
        return placed

    def _clear(self, component: Component, work: Path, number: int) -> Path | None:
        """Remove what a failed component left, or put it where the user can look at it."""
        if component.resumable:
            return None
        if not component.keeps_failures or not any(p.is_file() for p in work.rglob("*")):
            shutil.rmtree(work, ignore_errors=True)
            return None
        kept = self._root / "failed" / f"{component.name}-{number}"
        kept.parent.mkdir(exist_ok=True)
        work.rename(kept)
        return kept


def _outcome(execution: Execution, state: str, outputs: dict[str, Artifact]) -> Outcome:
    return Outcome(execution.component, state, execution.seconds, outputs, execution.properties)


def _explain(error: BaseException) -> str | None:
    """Return what a user can do about an error, or None where that is not known."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, Exception) and "apache_beam" in sys.modules:
        from pipelines.beam.workers import WORKER_LOST, is_worker_lost

        if is_worker_lost(error):
            return f"{WORKER_LOST}. Run the same command again, with fewer --workers."
    return None


def _name_failure(
    component: Component, inputs: Mapping[str, Path], error: str, kept: Path | None
) -> str:
    read = ", ".join(f"{key} {path}" for key, path in inputs.items())
    told = f"{component.name} failed{f' on {read}' if read else ''}: {error}"
    return f"{told} (report: {kept})" if kept else told
