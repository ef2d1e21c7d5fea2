import pytest

from pipelines.tfx.orchestration.component import Component
from sps_tf.errors import UserError
from tests.fakes import file_size_limit

pytest.importorskip("ml_metadata")

from pipelines.tfx.orchestration.metadata import MetadataLog

MAKE = Component("ExampleGen", (), {"examples": "Examples"}, ())
USE = Component("Trainer", ("examples",), {"model": "Model"}, ())


@pytest.fixture
def log(tmp_path):
    return MetadataLog(tmp_path)


def finish(log, component, fingerprint, inputs, folder, baseline=None):
    number = log.start(component, fingerprint, "code", {"a": [1]}, inputs)
    key = next(iter(component.outputs))
    made = {key: (log.root / folder, "digest", 12)}
    return number, log.finish(number, component, {"b": 2}, made, baseline)


def test_an_execution_is_found_by_its_fingerprint(log):
    number, _ = finish(log, MAKE, "f1", {}, "x/1")
    finish(log, MAKE, "f2", {}, "x/2")
    (found,) = log.find("ExampleGen", "f1")
    assert (found.id, found.component, found.state) == (number, "ExampleGen", "COMPLETE")
    assert (found.parameters, found.properties) == ({"a": [1]}, {"b": 2})
    assert found.started > 1e9 and found.seconds >= 0
    assert log.find("Trainer", "f1") == []


def test_artifacts_lead_back_to_what_made_them(log):
    maker, made = finish(log, MAKE, "f", {}, "x/1")
    user, models = finish(log, USE, "g", made, "y/2", baseline=None)
    assert log.inputs_of(user) == made
    assert log.outputs_of(user) == models
    assert log.producer_of(made["examples"].id).id == maker
    assert models["model"].path == log.root / "y/2"


def test_a_baseline_is_an_input_of_its_own(log):
    _, first = finish(log, MAKE, "f", {}, "x/1")
    _, old = finish(log, USE, "g", first, "y/2")
    user, _ = finish(log, USE, "h", first, "y/3", baseline=old["model"])
    assert set(log.inputs_of(user)) == {"examples", "baseline"}


def test_the_root_can_be_moved(tmp_path):
    (tmp_path / "old").mkdir()
    number, _ = finish(MetadataLog(tmp_path / "old"), MAKE, "f", {}, "x/1")
    (tmp_path / "old").rename(tmp_path / "new")
    moved = MetadataLog(tmp_path / "new").outputs_of(number)
    assert moved["examples"].path == tmp_path / "new" / "x/1"


def test_a_failure_is_kept_with_its_message(log):
    number = log.start(MAKE, "f", "code", {}, {})
    log.fail(number, "why")
    assert [(e.state, e.message) for e in log.find("ExampleGen", "f")] == [("FAILED", "why")]


def test_a_component_that_never_ran_has_no_executions(log):
    assert log.executions("Pusher") == []
    assert log.artifacts("PushedModel") == []


@pytest.mark.parametrize("text", ["sqlite:x", "mysql://user@host", "mysql:///database", "nonsense"])
def test_a_connection_that_cannot_be_read_is_refused(tmp_path, text):
    with pytest.raises(UserError, match="mysql://user:password@host:port/database"):
        MetadataLog(tmp_path, text)


def test_an_error_does_not_show_the_password(tmp_path):
    with pytest.raises(UserError) as caught:
        MetadataLog(tmp_path, "mysql://me:hush@localhost:1/db")
    assert "hush" not in str(caught.value)
    assert "mysql://me:***@localhost:1/db" in str(caught.value)


def test_a_full_disk_is_one_line_and_what_was_noted_stays(log):
    number, _ = finish(log, MAKE, "f", {}, "x/1")
    size = (log.root / "metadata.sqlite").stat().st_size
    with (
        file_size_limit(size + 4096),
        pytest.raises(UserError, match=r"metadata cannot be written.*Received: .*sqlite") as error,
    ):
        for _ in range(200):
            log.start(MAKE, "g" * 1000, "code", {"a": ["b" * 1000]}, {})
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match="metadata cannot be written"):  # until it is opened anew
        log.fail(number, "")
    again = MetadataLog(log.root)
    assert [execution.id for execution in again.find("ExampleGen", "f")] == [number]
