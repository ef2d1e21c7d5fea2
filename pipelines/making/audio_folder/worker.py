r"""The process in which sound files are decoded.

    python -m pipelines.making.audio_folder.worker FD

FD is the number of an open socket. Requests come as JSON, `{"path": ..., "start_secs": ...,
"max_secs": ...}`; answers are messages of one letter and content: `S` and 16-bit samples, any
number of times, then `E` and JSON with how it ended. `R` says that the worker is ready, `F`
with a text that it cannot go on. `pipelines.making.audio_folder.decoder` is the other end.
"""

import json
import os
import sys
from multiprocessing.connection import Connection

from pipelines.making.audio_folder.sound_file import decode


def main(descriptor: int) -> None:
    """Answer requests until the other end is closed.

    Args:
        descriptor: number of the open socket.
    """
    connection = Connection(descriptor)
    try:
        _load_decoders()
        connection.send_bytes(b"R")
        while True:
            request = json.loads(connection.recv_bytes())
            _answer(connection, request)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody listens any more
    except Exception as error:  # told to the user by the other end, not lost here
        connection.send_bytes(b"F" + f"{type(error).__name__}: {error}".encode())


def _load_decoders() -> None:
    """Decode one sample: tensorflow-io loads its library only when it is used."""
    import tensorflow as tf
    import tensorflow_io as tfio

    from pipelines.making.audio_folder.wav import INTEGER, WavLayout

    header = WavLayout(INTEGER, 16, 1, 16_000, 0, 1, True).header(1)
    tfio.audio.decode_wav(header + b"\0\0", dtype=tf.int16)


def _answer(connection: Connection, request: dict) -> None:
    path = os.fsencode(request["path"])
    for part in decode(path, request["start_secs"], request["max_secs"]):
        if isinstance(part, tuple):
            connection.send_bytes(b"E" + json.dumps(part._asdict()).encode())
        else:
            connection.send_bytes(b"S" + part.tobytes())


if __name__ == "__main__":
    main(int(sys.argv[1]))
