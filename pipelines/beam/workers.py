"""Worker processes on this machine: notice when one is killed.

Beam's local runner hears that a worker process has ended and goes on waiting for it without end.
Here its pending work is answered with an error instead, so that the pipeline stops.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import grpc
from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability import local_job_service
from apache_beam.runners.portability.fn_api_runner import worker_handlers

# Work that is handed to a worker just after its end must be answered too.
_ANSWER_SECS = 0.5
# Beam's own words where a worker's connection ends in the middle of its data.
_CHANNEL_CLOSED = "Channel closed prematurely"
WORKER_LOST = "A Beam worker process was killed, as the system does where memory runs out"


class WatchedWorkerHandler(worker_handlers.SubprocessSdkWorkerHandler):
    """Start a worker process, and answer for it when it dies."""

    def start_worker(self) -> None:
        """Start the process and a thread that waits for its end."""
        self._let_broken_streams_end()
        # A worker that computes with TensorFlow would take all memory of the accelerator.
        # Ctrl-C reaches the program that waits for it; a worker ends with its connection.
        command_line = b"trap '' INT; CUDA_VISIBLE_DEVICES= " + self._worker_command_line
        self.worker = local_job_service.SubprocessSdkWorker(
            command_line, self.control_address, self.provision_info, self.worker_id
        )
        self._stopping = threading.Event()
        self.worker_thread = threading.Thread(name="run_worker", target=self._run, daemon=True)
        self.worker_thread.start()

    def stop_worker(self) -> None:
        """Wait for the process, which ends by itself when its connection is closed."""
        self._stopping.set()
        super().stop_worker()

    def _let_broken_streams_end(self) -> None:
        """Let the threads that hear the worker end with its connection.

        Beam's leave them with an error, whose trace Python prints, beside what `_run` answers.
        """
        hear_answers, hear_data = self.control_conn.set_input, self.data_conn.set_inputs
        self.control_conn.set_input = lambda stream: hear_answers(until_broken(stream))
        self.data_conn.set_inputs = lambda stream: hear_data(until_broken(stream))

    def _run(self) -> None:
        try:
            self.worker.run()
        except RuntimeError as error:
            while not self._stopping.is_set():
                self._answer_pending(f"{WORKER_LOST}: {error}")
                self._stopping.wait(_ANSWER_SECS)

    def _answer_pending(self, message: str) -> None:
        pending = self.control_conn._futures_by_id
        for instruction_id in list(pending):
            future = pending.pop(instruction_id, None)
            if future is not None:
                future.set(
                    beam_fn_api_pb2.InstructionResponse(
                        instruction_id=instruction_id, error=message
                    )
                )


def until_broken(stream: Iterable[Any]) -> Iterator[Any]:
    """Yield what comes from a worker until its connection breaks off or ends.

    Args:
        stream: what gRPC hands over.

    Yields:
        Its messages.
    """
    with contextlib.suppress(grpc.RpcError):
        yield from stream


def watch_local_workers() -> None:
    """Let Beam's local runner start its worker processes through `WatchedWorkerHandler`."""
    register = worker_handlers.WorkerHandler.register_environment
    register(python_urns.SUBPROCESS_SDK, bytes)(WatchedWorkerHandler)


def is_worker_lost(error: Exception) -> bool:
    """Tell whether a pipeline ended because a worker process on this machine died."""
    # A connection that breaks off may be noticed a moment before the end of its process.
    text = str(error)
    return WORKER_LOST in text or _CHANNEL_CLOSED in text or type(error) is grpc.RpcError
