"""What was made of what, kept in ML Metadata.

One execution is one component at work; its artifacts are folders below the pipeline root, named
relative to it, so that the root can be moved. All calls to the store are made under a lock of the
root, because SQLite refuses a writer that meets another.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.tfx.orchestration.component import Component
from pipelines.tfx.orchestration.records import Artifact, Execution
from pipelines.tfx.orchestration.store import explain, open_store
from sps_tf.files import hold
from sps_tf.optional import require_module

if TYPE_CHECKING:
    from ml_metadata.proto import metadata_store_pb2

_EXECUTION_PROPERTIES = ("fingerprint", "code_version", "parameters", "properties", "message")
_ARTIFACT_PROPERTIES = ("key", "digest")


class MetadataLog:
    """The store of one pipeline root.

    Args:
        root: the pipeline root.
        connection: empty for SQLite in the root, else
            `mysql://user:password@host:port/database`.

    Raises:
        UserError: if ML Metadata is not installed, or the store cannot be opened.
    """

    def __init__(self, root: Path, connection: str = "") -> None:
        self.root = root
        self._mlmd = require_module("ml_metadata")
        self._pb = require_module("ml_metadata.proto.metadata_store_pb2")
        with self._lock():
            self._store = open_store(root, connection)

    # === Writing ===

    def start(
        self,
        component: Component,
        fingerprint: str,
        code_version: str,
        parameters: Mapping[str, Any],
        inputs: Mapping[str, Artifact],
    ) -> int:
        """Record that a component starts; returns the execution's number."""
        execution = self._pb.Execution(
            type_id=self._execution_type(component.name),
            last_known_state=self._pb.Execution.RUNNING,
        )
        values = {
            "fingerprint": fingerprint,
            "code_version": code_version,
            "parameters": json.dumps(parameters, sort_keys=True),
            "properties": "{}",
            "message": "",
        }
        for name, value in values.items():
            execution.properties[name].string_value = value
        execution.custom_properties["started"].double_value = time.time()
        events = [self._input_event(key, artifact) for key, artifact in inputs.items()]
        with self._lock():
            number, _, _ = self._store.put_execution(execution, events, [])
        return number

    def finish(
        self,
        number: int,
        component: Component,
        properties: Mapping[str, Any],
        outputs: Mapping[str, tuple[Path, str, int]],
        baseline: Artifact | None = None,
    ) -> dict[str, Artifact]:
        """Record that a component is done, with what it made, in one transaction.

        Args:
            number: the execution's number.
            component: the component.
            properties: what it reported.
            outputs: key -> folder, digest, bytes.
            baseline: the model that was compared with. Default: none.

        Returns:
            Key -> artifact.
        """
        execution = self._execution(number)
        execution.last_known_state = self._pb.Execution.COMPLETE
        execution.properties["properties"].string_value = json.dumps(properties, sort_keys=True)
        self._stop_clock(execution)
        records = [
            (self._artifact_record(component.outputs[key], key, *made), self._output_event(key))
            for key, made in outputs.items()
        ]
        events = [self._input_event("baseline", baseline)] if baseline else []
        with self._lock():
            _, ids, _ = self._store.put_execution(execution, [*records, *events], [])
        return {
            key: Artifact(number, component.outputs[key], key, path, digest, n_bytes)
            for number, (key, (path, digest, n_bytes)) in zip(ids, outputs.items(), strict=False)
        }

    def fail(self, number: int, message: str, canceled: bool = False) -> None:
        """Record that a component failed, or that its process died."""
        execution = self._execution(number)
        states = self._pb.Execution
        execution.last_known_state = states.CANCELED if canceled else states.FAILED
        execution.properties["message"].string_value = message
        self._stop_clock(execution)
        with self._lock():
            self._store.put_executions([execution])

    # === Reading ===

    def find(self, component: str, fingerprint: str) -> list[Execution]:
        """Return the executions of a component with a fingerprint, the newest first."""
        query = f"type = '{component}' AND properties.fingerprint.string_value = '{fingerprint}'"
        with self._lock():
            found = self._store.get_executions(
                list_options=self._mlmd.ListOptions(filter_query=query)
            )
        return sorted(map(self._to_execution, found), key=lambda e: e.id, reverse=True)

    def executions(self, component: str) -> list[Execution]:
        """Return all executions of a component, the newest first."""
        with self._lock():
            found = self._store.get_executions_by_type(component)
        return sorted(map(self._to_execution, found), key=lambda e: e.id, reverse=True)

    def inputs_of(self, execution: int) -> dict[str, Artifact]:
        """Return what an execution read, by key."""
        return self._artifacts_of(execution, self._pb.Event.INPUT)

    def outputs_of(self, execution: int) -> dict[str, Artifact]:
        """Return what an execution made, by key."""
        return self._artifacts_of(execution, self._pb.Event.OUTPUT)

    def producer_of(self, artifact: int) -> Execution:
        """Return the execution that made an artifact."""
        with self._lock():
            events = self._store.get_events_by_artifact_ids([artifact])
            makers = [e.execution_id for e in events if e.type == self._pb.Event.OUTPUT]
            return self._to_execution(self._store.get_executions_by_id(makers)[0])

    def artifacts(self, type_name: str) -> list[Artifact]:
        """Return all artifacts of a type, the newest first."""
        with self._lock():
            found = self._store.get_artifacts_by_type(type_name)
        return sorted(map(self._to_artifact, found), key=lambda a: a.id, reverse=True)

    # === Inside ===

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the store while the `with` block calls it; tell of its disk in one line."""
        with hold(self.root / ".locks" / "metadata"):
            try:
                yield
            except self._mlmd.errors.StatusError as error:
                raise explain(error, self.root) or error from error

    def _execution_type(self, name: str) -> int:
        kind = self._pb.ExecutionType(name=name)
        for key in _EXECUTION_PROPERTIES:
            kind.properties[key] = self._pb.STRING
        with self._lock():
            return self._store.put_execution_type(kind)

    def _artifact_record(
        self, type_name: str, key: str, path: Path, digest: str, n_bytes: int
    ) -> "metadata_store_pb2.Artifact":
        kind = self._pb.ArtifactType(name=type_name)
        for name in _ARTIFACT_PROPERTIES:
            kind.properties[name] = self._pb.STRING
        kind.properties["n_bytes"] = self._pb.INT
        with self._lock():
            type_id = self._store.put_artifact_type(kind)
        record = self._pb.Artifact(
            type_id=type_id,
            uri=path.relative_to(self.root).as_posix(),
            state=self._pb.Artifact.LIVE,
        )
        record.properties["key"].string_value = key
        record.properties["digest"].string_value = digest
        record.properties["n_bytes"].int_value = n_bytes
        return record

    def _event(self, kind: int, key: str) -> "metadata_store_pb2.Event":
        event = self._pb.Event(type=kind)
        event.path.steps.add().key = key
        return event

    def _output_event(self, key: str) -> "metadata_store_pb2.Event":
        return self._event(self._pb.Event.OUTPUT, key)

    def _input_event(
        self, key: str, artifact: Artifact
    ) -> tuple["metadata_store_pb2.Artifact", "metadata_store_pb2.Event"]:
        with self._lock():
            record = self._store.get_artifacts_by_id([artifact.id])[0]
        return record, self._event(self._pb.Event.INPUT, key)

    def _execution(self, number: int) -> "metadata_store_pb2.Execution":
        with self._lock():
            return self._store.get_executions_by_id([number])[0]

    def _stop_clock(self, execution: "metadata_store_pb2.Execution") -> None:
        properties = execution.custom_properties
        properties["seconds"].double_value = time.time() - properties["started"].double_value

    def _artifacts_of(self, execution: int, kind: int) -> dict[str, Artifact]:
        with self._lock():
            events = self._store.get_events_by_execution_ids([execution])
            keys = {e.artifact_id: e.path.steps[0].key for e in events if e.type == kind}
            found = self._store.get_artifacts_by_id(list(keys))
        return {keys[record.id]: self._to_artifact(record) for record in found}

    def _to_artifact(self, record: "metadata_store_pb2.Artifact") -> Artifact:
        return Artifact(
            id=record.id,
            type=record.type,
            key=record.properties["key"].string_value,
            path=self.root / record.uri,
            digest=record.properties["digest"].string_value,
            n_bytes=record.properties["n_bytes"].int_value,
        )

    def _to_execution(self, record: "metadata_store_pb2.Execution") -> Execution:
        texts = {name: record.properties[name].string_value for name in _EXECUTION_PROPERTIES}
        return Execution(
            id=record.id,
            component=record.type,
            state=self._pb.Execution.State.Name(record.last_known_state),
            fingerprint=texts["fingerprint"],
            code_version=texts["code_version"],
            parameters=json.loads(texts["parameters"] or "{}"),
            properties=json.loads(texts["properties"] or "{}"),
            message=texts["message"],
            started=record.custom_properties["started"].double_value,
            seconds=record.custom_properties["seconds"].double_value,
        )
