"""The server gives the page, encodes what it sends, and refuses everybody else."""

import contextlib
import http.client
import json
import threading

import pytest

from sps_tf.errors import UserError
from sps_tf.inference.explore.server import ExploreServer


def encode(path, name):
    if name == "bad":
        raise UserError("This is no sound. Received: bad")
    if name == "fault":
        raise RuntimeError("a fault of the program")
    return {"name": name, "content": path.read_text(), "path": str(path)}


@pytest.fixture(scope="module")
def server():
    with ExploreServer("<p>The page</p>", encode, max_bytes=1000) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def ask(server, method, path, body=None, **headers):
    host = f"127.0.0.1:{server.server_address[1]}"
    headers = {"Host": host, "Origin": f"http://{host}"} | headers
    with contextlib.closing(http.client.HTTPConnection(host, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host=True)
        for name, value in headers.items():
            if value is not None:
                connection.putheader(name.replace("_", "-"), value)
        if body is not None and "Content_Length" not in headers:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def error_of(answer):
    status, text = answer
    return status, json.loads(text)["error"]


def test_it_listens_on_this_machine_alone_and_gives_the_page(server):
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "GET", "/") == (200, "<p>The page</p>")
    for path in ("/etc/passwd", "/../setup.py", "/encode"):
        assert ask(server, "GET", path)[0] == 404


def test_a_file_is_encoded_under_a_name_that_is_no_path(server, tmp_path):
    status, text = ask(server, "POST", "/encode?name=..%2F..%2Fetc%2Fsong.wav", b"la la")
    assert status == 200
    answer = json.loads(text)
    assert answer["name"] == "song.wav"
    assert answer["content"] == "la la"
    assert answer["path"].endswith("/dropped")
    assert not type(tmp_path)(answer["path"]).parent.exists()  # nothing is left behind


def test_what_is_wrong_with_a_file_is_one_line(server, capsys):
    assert error_of(ask(server, "POST", "/encode?name=bad", b"x")) == (
        *(422, "This is no sound. Received: bad"),
    )
    status, line = error_of(ask(server, "POST", "/encode?name=fault", b"x"))
    assert status == 500
    assert "a fault of the program" not in line
    assert "a fault of the program" in capsys.readouterr().err


def test_a_file_that_is_too_large_is_refused_before_it_is_read(server):
    status, line = error_of(ask(server, "POST", "/encode", b"x" * 1001))
    assert status == 413
    assert "--max_upload_mb" in line
    assert ask(server, "POST", "/encode?name=a", b"x" * 1000)[0] == 200


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Origin": "http://evil.example"}, "/encode", 403),
        ({"Origin": None}, "/encode", 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, "/encode", 403),
        ({}, "/other", 404),
        ({"Content_Length": "-1"}, "/encode", 411),
        ({"Content_Length": "9" * 5000}, "/encode", 411),
        ({"Content_Length": "nine"}, "/encode", 411),
    ],
)
def test_hostile_requests_are_refused(server, headers, path, status):
    assert error_of(ask(server, "POST", path, b"x", **headers))[0] == status


def test_a_page_of_another_name_is_not_given(server):
    assert ask(server, "GET", "/", Host="evil.example")[0] == 403
    assert ask(server, "GET", "/", Host=f"localhost:{server.server_address[1]}")[0] == 200


def test_a_port_that_is_taken_is_named(server):
    port = server.server_address[1]
    with pytest.raises(UserError, match=f"127.0.0.1:{port}: --port=0"):
        ExploreServer("", encode, 1, port=port)
