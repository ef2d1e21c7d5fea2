"""Serve the page on this machine, and encode the files that are dropped into it."""

import http
import json
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sps_tf.errors import UserError

LOCAL = "127.0.0.1"
ENCODE = "/encode"
_BLOCK_BYTES = 1 << 20
_SILENT_SECS = 60
_MOST_DIGITS = 18  # of a length that is read at all
# Of a body that is refused, so much is read, so that the answer arrives; larger ones are cut off.
_DRAIN_BYTES = 1 << 26

Encode = Callable[[Path, str], dict[str, Any]]


class ExploreServer(ThreadingHTTPServer):
    """Answer GET / by the page, and POST /encode?name=... by what `encode` gives for the body.

    A body's name is never used as a path: it lies under one name in a temporary folder of its own.
    Pages of other sites can neither read nor send: hosts of other names and origins are refused.

    Args:
        page: the HTML document.
        encode: called with the file and the name it is shown by, one at a time; returns JSON
            values, or raises `UserError`, whose line the page shows.
        max_bytes: of a body.
        host: address to listen at. Default 127.0.0.1: this machine alone.
        port: number of the port; 0 takes a free one. Default 0.

    Raises:
        UserError: if the port cannot be taken.
    """

    daemon_threads = True

    def __init__(
        self, page: str, encode: Encode, max_bytes: int, host: str = LOCAL, port: int = 0
    ) -> None:
        self.page, self.encode, self.max_bytes = page.encode(), encode, max_bytes
        self.one_at_a_time = threading.Lock()
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise UserError(
                f"The page cannot be served at {host}:{port}: --port=0 takes a port that is free. "
                f"Received: {error}"
            ) from error

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{self.server_address[0]}:{self.server_address[1]}/"

    def handle_error(self, *args: Any) -> None:
        """Say nothing of a browser that has gone away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*args)

    def knows_host(self, host: str) -> bool:
        """Tell whether a request's Host is this server, and not another name that leads here."""
        name, _, port = host.rpartition(":")
        bound = self.server_address[0]
        if bound == "0.0.0.0":  # reached by whatever name the network gives it
            return True
        return name in (bound, LOCAL, "localhost") and port == str(self.server_address[1])


class _Refused(Exception):
    def __init__(self, status: http.HTTPStatus, line: str) -> None:
        super().__init__(line)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: ExploreServer
    timeout = _SILENT_SECS
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if not self.server.knows_host(self.headers.get("Host", "")):
            self._answer_line(http.HTTPStatus.FORBIDDEN, "This host is not served.")
        elif urlsplit(self.path).path == "/":
            self._answer(http.HTTPStatus.OK, "text/html; charset=utf-8", self.server.page)
        else:
            self._answer_line(http.HTTPStatus.NOT_FOUND, "There is no such page.")

    def do_POST(self) -> None:
        try:
            answer = self._encode_body()
        except _Refused as refused:
            self._answer_line(refused.status, str(refused))
        except UserError as error:
            self._answer_line(http.HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except (TimeoutError, ConnectionError):
            self.close_connection = True
        except Exception:
            traceback.print_exc()
            line = "The program failed on this file; its terminal says how."
            self._answer_line(http.HTTPStatus.INTERNAL_SERVER_ERROR, line)
        else:
            content = json.dumps(answer, allow_nan=False).encode()
            self._answer(http.HTTPStatus.OK, "application/json", content)

    def _encode_body(self) -> dict[str, Any]:
        n_bytes = self._check_request()
        name = parse_qs(urlsplit(self.path).query).get("name", ["a file"])[0]
        with tempfile.TemporaryDirectory(prefix="sps-explore-") as folder:
            path = Path(folder) / "dropped"
            with path.open("wb") as file:
                while n_bytes:
                    block = self.rfile.read(min(n_bytes, _BLOCK_BYTES))
                    if not block:
                        raise ConnectionError("the body ends early")
                    file.write(block)
                    n_bytes -= len(block)
            with self.server.one_at_a_time:
                return self.server.encode(path, Path(name).name or "a file")

    def _check_request(self) -> int:
        """Return the length of the body, or refuse the request."""
        status = http.HTTPStatus
        host, length = self.headers.get("Host", ""), self.headers.get("Content-Length", "")
        if not self.server.knows_host(host) or self.headers.get("Origin") != f"http://{host}":
            self.close_connection = True
            raise _Refused(status.FORBIDDEN, "Only the page itself may send files.")
        if urlsplit(self.path).path != ENCODE:
            self.close_connection = True
            raise _Refused(status.NOT_FOUND, f"Files are sent to {ENCODE}.")
        if not (length.isascii() and length.isdigit() and len(length) <= _MOST_DIGITS):
            self.close_connection = True
            raise _Refused(status.LENGTH_REQUIRED, "A file is sent with its length.")
        n_bytes, most = int(length), self.server.max_bytes
        if n_bytes > most:
            self._drain(n_bytes)
            raise _Refused(
                status.REQUEST_ENTITY_TOO_LARGE,
                f"A file may have {most / 1e6:g} MB, see --max_upload_mb. "
                f"Received: {n_bytes / 1e6:.1f} MB",
            )
        return n_bytes

    def _drain(self, n_bytes: int) -> None:
        self.close_connection = True
        left = min(n_bytes, _DRAIN_BYTES)
        while left > 0 and (block := self.rfile.read(min(left, _BLOCK_BYTES))):
            left -= len(block)

    def _answer_line(self, status: http.HTTPStatus, line: str) -> None:
        self._answer(status, "application/json", json.dumps({"error": line}).encode())

    def _answer(self, status: http.HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the terminal free of a line for every request."""

    def version_string(self) -> str:
        """Tell nobody the version of Python."""
        return "sps-explore"


def serve(server: ExploreServer) -> None:
    """Serve until the process is interrupted."""
    with server:
        print(f"Explore the model at {server.url}  (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        finally:
            sys.stdout.flush()
