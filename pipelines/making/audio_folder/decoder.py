"""Ask a worker process for the sound of files, and go on if a file brings it down."""

import json
import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NamedTuple

import numpy as np

from sps_tf.errors import UserError

# Importing TensorFlow can take long on a busy machine; so can one piece of a file.
START_SECS = 600.0
STUCK_SECS = 30.0


class Decoded(NamedTuple):
    """The sound of one file.

    Args:
        samples: int16 (samples,) at 16 kHz, one channel; none if nothing could be read.
        reason: None if all is well, else why nothing or not everything was read: see
            `sound_file.decode`, and `decoder_crashed`, `decoder_stuck`.
        n_clipped: samples that were louder than full scale.
    """

    samples: np.ndarray
    reason: str | None
    n_clipped: int


class Decoder:
    """Decode sound files in a worker process, which is started anew after a crash.

    The worker holds one piece of a file at a time, and never sees the accelerator. Use as a
    context manager.

    Args:
        stuck_secs: so long may the worker be silent before it counts as stuck. Default 30.
    """

    def __init__(self, stuck_secs: float = STUCK_SECS) -> None:
        self.stuck_secs = stuck_secs
        self._process: subprocess.Popen | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> "Decoder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._connection.close()
            self._process = self._connection = None

    def decode(self, path: str | os.PathLike, start_secs: float, max_secs: float) -> Decoded:
        """Return the sound of one file.

        Args:
            path: the file.
            start_secs: what comes before is left out.
            max_secs: what comes this long after `start_secs` is left out.

        Returns:
            The sound, as far as it could be read.

        Raises:
            UserError: if tensorflow-io does not work here.
        """
        if self._process is None:
            self._start()
        request = {"path": os.path.abspath(path), "start_secs": start_secs, "max_secs": max_secs}
        pieces = []
        try:
            self._connection.send_bytes(json.dumps(request).encode())
            while (message := self._receive(self.stuck_secs))[:1] == b"S":
                pieces.append(np.frombuffer(message, np.int16, offset=1))
        except (EOFError, ConnectionError, TimeoutError) as error:
            self.close()
            reason = "decoder_stuck" if isinstance(error, TimeoutError) else "decoder_crashed"
            return Decoded(_join(pieces), reason, 0)
        if message[:1] == b"F":
            raise RuntimeError(f"The decoder failed on {path}: {message[1:].decode()}")
        return Decoded(_join(pieces), **json.loads(message[1:]))

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "pipelines.making.audio_folder.worker",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # the decoders write there about damaged files
                env=os.environ
                | {
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "CUDA_VISIBLE_DEVICES": "",
                    "TF_CPP_MIN_LOG_LEVEL": "3",
                },
            )
            self._connection = Connection(ours.detach())
        try:
            message = self._receive(START_SECS)
        except (EOFError, ConnectionError, TimeoutError):
            message = b"F the process that decodes sound does not start"
        if message != b"R":
            self.close()
            raise UserError(
                "tensorflow-io cannot decode sound here; install tensorflow-io 0.37.1 beside "
                f"TensorFlow 2.16. Received: {message[1:].decode().strip().splitlines()[0]}"
            )

    def _receive(self, timeout_secs: float) -> bytes:
        if not self._connection.poll(timeout_secs):
            raise TimeoutError
        return self._connection.recv_bytes()


def _join(pieces: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int16), *pieces])
