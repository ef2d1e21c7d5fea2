"""Beam's Dask runner, which takes a scheduler that has died for one whose work is done.

Beam's own waits until no task is pending. Tasks that are lost with the scheduler are not pending
either, so here each must have finished. The connection is closed at the end, too.
"""

import contextlib
from pathlib import Path
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import Pipeline
from apache_beam.runners.dask.dask_runner import DaskOptions, DaskRunner, DaskRunnerResult
from apache_beam.runners.runner import PipelineState
from distributed import Client
from distributed.scheduler import KilledWorker

from sps_tf.errors import UserError

# Workers that a nanny starts anew, or that are only just being started, come soon.
_WORKERS_SECS = 60
_CLOSE_SECS = 5


class WatchedDaskRunner(DaskRunner):
    """Runs a pipeline on a Dask cluster, and tells in one line what became of it."""

    def run_pipeline(self, pipeline: Pipeline, options: PipelineOptions) -> DaskRunnerResult:
        """Start the pipeline.

        Args:
            pipeline: of `Create`, `Reshuffle` and `ParDo`, without tagged outputs.
            options: Beam's options; `DaskOptions` say where the scheduler is.

        Returns:
            The result to wait for.

        Raises:
            UserError: if no scheduler answers, or it has no worker.
        """
        place = scheduler_place(options)
        _check_cluster(place, options)
        try:
            started = super().run_pipeline(pipeline, options)
        except OSError as error:
            raise _no_answer(place, error) from error
        return WatchedResult(started.client, started.futures, place)


class WatchedResult(DaskRunnerResult):
    """A pipeline that runs on a Dask cluster.

    Args:
        client: the connection to the scheduler.
        futures: what it computes.
        place: how the user calls the scheduler.
    """

    def __init__(self, client: Client, futures: list[Any], place: str) -> None:
        super().__init__(client, futures)
        self._place = place

    def wait_until_finish(self, duration: int | None = None) -> str:
        """Wait until all tasks have finished.

        Args:
            duration: milliseconds at most. Default: without end.

        Returns:
            Beam's word for it.

        Raises:
            UserError: if the scheduler was lost, or workers died again and again.
        """
        try:
            state = super().wait_until_finish(duration)
            if any(future.status in ("cancelled", "lost") for future in self.futures):
                self._state = PipelineState.FAILED
                raise UserError(
                    "The Dask scheduler was lost before its work was done. Start it again, and the "
                    f"same command begins anew. Received: {self._place}"
                )
            return state
        except KilledWorker as error:
            raise UserError(
                "Dask gave up on a record file: workers died on it one after the other, as they do "
                "where memory runs out. Their logs say more; give them more memory. Received: "
                f"{self._place}"
            ) from error
        finally:
            with contextlib.suppress(OSError, TimeoutError):
                self.client.close(timeout=_CLOSE_SECS)


def scheduler_place(options: PipelineOptions) -> str:
    """Return the address of the scheduler, or the file that holds it, as the user named it.

    Args:
        options: Beam's options.

    Returns:
        The address or the file.

    Raises:
        UserError: if neither is named.
    """
    dask = options.view_as(DaskOptions)
    place = dask.address or dask.scheduler_file
    if not place:
        raise UserError(
            "--dask_client_address is missing: where Dask's scheduler is, such as "
            "tcp://localhost:8786. `python -m launch.cluster start` starts one and prints it."
        )
    return place


def make_each_file_a_task(options: PipelineOptions) -> None:
    """Let every element be a task, where the options do not say how they are put together.

    By default Beam puts up to 128 record files into one task, which one worker then writes.

    Args:
        options: Beam's options, changed in place.
    """
    dask = options.view_as(DaskOptions)
    if dask.npartitions is None and dask.partition_size is None:
        dask.partition_size = 1


def _check_cluster(place: str, options: PipelineOptions) -> None:
    """Refuse a scheduler that does not answer or that nobody works for: Beam waits for ever."""
    dask = options.view_as(DaskOptions)
    if dask.scheduler_file and not Path(dask.scheduler_file).is_file():
        raise UserError(f"--dask_scheduler_file names no file. Received: {dask.scheduler_file}")
    timeout = {} if dask.timeout is None else {"timeout": dask.timeout}
    try:
        with Client(dask.address, scheduler_file=dask.scheduler_file, **timeout) as client:
            client.wait_for_workers(1, timeout=_WORKERS_SECS)
    except TimeoutError as error:
        if "workers" not in str(error):
            raise _no_answer(place, error) from error
        raise UserError(
            f"No worker has joined the Dask scheduler within {_WORKERS_SECS} s. Received: {place}"
        ) from error
    except (OSError, ValueError) as error:
        raise _no_answer(place, error) from error


def _no_answer(place: str, error: Exception) -> UserError:
    return UserError(
        "No Dask scheduler answers. `python -m launch.cluster start` starts one and prints its "
        f"address. Received: {place} ({str(error).splitlines()[0] if str(error) else error!r})"
    )
