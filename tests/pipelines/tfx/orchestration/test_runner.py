import multiprocessing
import time

import pytest

from pipelines.beam.workers import WORKER_LOST
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.runner import DONE, HELD, Extras, Runner
from sps_tf.errors import UserError
from tests.pipelines.tfx.orchestration import toys
from tests.pipelines.tfx.orchestration.toys import calls_of, make_pipeline, parameters

pytest.importorskip("ml_metadata")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    return root


@pytest.fixture
def calls(tmp_path):
    return tmp_path / "calls"


def run(root, components, told=None, only=(), extras=None):
    runner = Runner(root, MetadataLog(root), beam=None, extras=extras)
    return runner.run(told or parameters(), only, components)


def test_components_read_what_the_ones_before_have_made(root, calls):
    outcomes = run(root, make_pipeline(calls), parameters(n=4))
    assert [outcome.state for outcome in outcomes] == [DONE] * 3
    assert (root / "Report/report/3/report.txt").read_text() == "8!"
    assert outcomes[2].properties == {"text": "8!"}


def test_nothing_runs_again_while_nothing_has_changed(root, calls):
    first = run(root, make_pipeline(calls))
    second = run(root, make_pipeline(calls))
    assert [outcome.state for outcome in second] == [HELD] * 3
    assert [o.outputs for o in second] == [o.outputs for o in first]
    assert second[2].properties == first[2].properties
    assert calls_of(calls) == ["Make", "Double", "Report"]


def test_a_changed_setting_runs_its_component_and_those_behind_it(root, calls):
    run(root, make_pipeline(calls))
    run(root, make_pipeline(calls), parameters(end="?"))
    assert calls_of(calls)[3:] == ["Report"]
    run(root, make_pipeline(calls), parameters(n=2, end="?"))
    assert calls_of(calls)[4:] == ["Make", "Double", "Report"]


def test_a_setting_that_is_but_noted_runs_nothing(root, calls):
    run(root, make_pipeline(calls), parameters(word="first"))
    outcomes = run(root, make_pipeline(calls), parameters(word="second"))
    assert [outcome.state for outcome in outcomes] == [HELD] * 3
    (execution,) = MetadataLog(root).executions("Make")
    assert execution.parameters["word"] == "first"


def test_an_equal_result_of_a_new_run_leaves_the_rest_as_it_is(root, calls):
    run(root, make_pipeline(calls), parameters(n=1))
    run(root, make_pipeline(calls), parameters(n=11))  # the toy writes n modulo 10
    assert calls_of(calls)[3:] == ["Make"]


def test_changed_code_runs_again(root, calls, monkeypatch):
    run(root, make_pipeline(calls))
    monkeypatch.setattr("pipelines.tfx.orchestration.runner.code_version", lambda *_: "new")
    run(root, make_pipeline(calls))
    assert calls_of(calls)[3:] == ["Make", "Double", "Report"]


def test_what_is_gone_or_was_changed_is_made_anew(root, calls, capsys):
    run(root, make_pipeline(calls))
    (root / "Double/doubled/2/n.json").write_text("7777")
    outcomes = run(root, make_pipeline(calls))
    assert calls_of(calls)[3:] == ["Double"]
    assert "Double/doubled/2 is gone or was changed" in capsys.readouterr().err
    assert (outcomes[1].outputs["doubled"].path / "n.json").read_text() == "2"


def test_what_lies_outside_the_root_can_ask_for_a_new_run(root, calls):
    run(root, make_pipeline(calls))
    gone = Extras(stands=lambda component, _: component.name != "Report")
    run(root, make_pipeline(calls), extras=gone)
    assert calls_of(calls)[3:] == ["Report"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("a fault")])
def test_a_stopped_run_goes_on_behind_the_last_finished_component(root, calls, stop):
    with pytest.raises(type(stop)):
        run(root, make_pipeline(calls, {"Double": stop}))
    assert not (root / "Double").exists()
    run(root, make_pipeline(calls))
    assert calls_of(calls) == ["Make", "Double", "Double", "Report"]


def test_a_failure_names_component_input_and_mend_and_keeps_the_report(root, calls):
    with pytest.raises(UserError) as caught:
        run(root, make_pipeline(calls, {"Double": toys.MENDABLE}))
    message = str(caught.value)
    assert message.startswith(f"Double failed on numbers {root}/Make/numbers/1: the number is odd")
    assert f"(report: {root}/failed/Double-2)" in message
    assert (root / "failed/Double-2/doubled/n.json").exists()
    failed = MetadataLog(root).executions("Double")
    assert [(e.state, e.message) for e in failed] == [("FAILED", str(toys.MENDABLE))]


@pytest.mark.parametrize(
    "told", [f"work failed with: {WORKER_LOST}: process died", "Channel closed prematurely."]
)
def test_a_killed_beam_worker_is_one_line_with_its_mend(root, calls, told):
    lost = RuntimeError(told)
    with pytest.raises(UserError, match=r"Double failed on numbers .*Run the same command again"):
        run(root, make_pipeline(calls, {"Double": lost}))
    assert not list((root / ".work").iterdir())


def test_a_failure_leaves_nothing_half_made(root, calls):
    with pytest.raises(UserError):
        run(root, make_pipeline(calls, {"Make": toys.MENDABLE}))
    assert not (root / "Make").exists()
    assert not list((root / ".work").iterdir())


def test_a_resumable_component_finds_what_it_had_left(root, calls):
    with pytest.raises(UserError):
        run(root, make_pipeline(calls, {"Report": toys.MENDABLE}))
    assert list((root / ".work").glob("Report-*/report/report.txt"))
    run(root, make_pipeline(calls))
    assert not list((root / ".work").iterdir())


def test_an_execution_whose_process_died_is_recorded_as_canceled(root, calls):
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_double, args=(root, calls)
    )
    process.start()
    process.join()
    assert [e.state for e in MetadataLog(root).executions("Double")] == ["RUNNING"]
    run(root, make_pipeline(calls))
    assert [e.state for e in MetadataLog(root).executions("Double")] == ["COMPLETE", "CANCELED"]


def _die_in_double(root, calls):
    import os
    import signal

    class Death:
        def __contains__(self, name):
            if name == "Double":
                os.kill(os.getpid(), signal.SIGKILL)

    run(root, make_pipeline(calls, Death()))


def test_only_the_components_asked_for_run(root, calls):
    run(root, make_pipeline(calls))
    outcomes = run(root, make_pipeline(calls), parameters(end="?"), only=("Report",))
    assert [outcome.state for outcome in outcomes] == [HELD, HELD, DONE]
    outcomes = run(root, make_pipeline(calls), only=("Double",))
    assert [outcome.component for outcome in outcomes] == ["Make", "Double"]


def test_a_component_alone_needs_what_those_before_it_make(root, calls):
    with pytest.raises(UserError, match="Make has not run with these settings"):
        run(root, make_pipeline(calls), only=("Double",))
    assert calls_of(calls) == []


def test_two_runs_at_once_share_one_result(root, calls):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_run_slowly, args=(root, calls)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(calls_of(calls)) == ["Double", "Make", "Report"]


def _run_slowly(root, calls):
    class Slow:
        def __contains__(self, _):
            time.sleep(0.5)
            return False

    run(root, make_pipeline(calls, Slow()))
