"""What a user can do where making a data set fails, and how `tfds build` tells it."""

import os
import signal
import sys
from pathlib import Path
from types import TracebackType

from pipelines.beam.shards import CANNOT_WRITE
from sps_tf.errors import UserError
from sps_tf.files import tell_disk_error


def explain(error: Exception) -> UserError | None:
    """Return what a user can do about an error, or None where that is not known.

    Errors in Beam's workers arrive as `RuntimeError` with the worker's report as their text, and
    TensorFlow's writer of record files has errors of its own.
    """
    from pipelines.beam.workers import WORKER_LOST, is_worker_lost

    text = str(error)
    if is_worker_lost(error):
        return UserError(
            f"{WORKER_LOST}. Try again, with fewer worker processes. "
            f"Received: {(text.splitlines() or ['a broken connection'])[-1]}"
        )
    told = tell_disk_error(error)
    if told or isinstance(error, OSError):
        return UserError(f"{CANNOT_WRITE} Received: {told or error}")
    return None


def show_user_errors_in_one_line() -> None:
    """Let the `tfds` command report wrong input without a traceback.

    The launchers do so by themselves; `tfds build` is not ours, so its last resort is changed,
    and only when it is the program that runs.
    """
    if Path(sys.argv[0]).stem != "tfds":
        return
    print_error = sys.excepthook

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, UserError):
            print(f"error: {error}", file=sys.stderr)
        elif issubclass(kind, KeyboardInterrupt):
            print("\nStopped. The same command begins anew.", file=sys.stderr, flush=True)
            os._exit(128 + signal.SIGINT)  # Beam's threads would tell of their end at length
        else:
            print_error(kind, error, trace)

    sys.excepthook = report
