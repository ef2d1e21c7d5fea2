"""Worker processes that die: Beam must hear of it."""

from types import SimpleNamespace

import grpc
import pytest
from apache_beam.runners.portability.fn_api_runner.worker_handlers import ControlFuture

from pipelines.beam.workers import WORKER_LOST, WatchedWorkerHandler, is_worker_lost


def test_work_that_a_dead_worker_owes_is_answered_with_an_error():
    futures = {name: ControlFuture(name) for name in ("bundle_1", "bundle_2")}
    handler = WatchedWorkerHandler.__new__(WatchedWorkerHandler)
    handler.control_conn = SimpleNamespace(_futures_by_id=dict(futures))
    handler._answer_pending(f"{WORKER_LOST}: code 137")
    assert [future.get(timeout=0).error for future in futures.values()] == [
        f"{WORKER_LOST}: code 137"
    ] * 2
    assert not handler.control_conn._futures_by_id


def broken_after(messages, error):
    yield from messages
    raise error


def test_streams_of_a_dead_worker_end_and_other_errors_in_them_stay():
    heard = []
    conns = SimpleNamespace(set_input=heard.append), SimpleNamespace(set_inputs=heard.append)
    handler = WatchedWorkerHandler.__new__(WatchedWorkerHandler)
    handler.control_conn, handler.data_conn = conns
    handler._let_broken_streams_end()
    handler.control_conn.set_input(broken_after("ab", grpc.RpcError()))
    handler.data_conn.set_inputs(broken_after("c", KeyError("x")))
    assert list(heard[0]) == ["a", "b"]
    with pytest.raises(KeyError):
        list(heard[1])


def test_other_errors_are_not_taken_for_a_dead_worker():
    assert is_worker_lost(RuntimeError(f"{WORKER_LOST}: code 137"))
    assert not is_worker_lost(RuntimeError("KeyError: 'x'"))
