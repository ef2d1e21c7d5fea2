import hashlib
import socket
from types import SimpleNamespace

import pytest

from pipelines.making.source_files import (
    content_digest,
    fetch,
    file_sha256,
    find_source,
    manual_dir,
)
from sps_tf.errors import UserError


class Manager:
    """As much of TFDS's download manager as is used."""

    def __init__(self, folder, error=None):
        self.download_dir = folder
        self.manual_dir = folder / "manual"
        self._error = error

    def download(self, url):
        if self._error:
            raise self._error
        return str(self.download_dir / url.rpartition("/")[2])


def test_what_the_user_names_comes_before_the_manual_folder(tmp_path):
    manager = Manager(tmp_path)
    assert find_source(manager, "", ("a.zip", "a")) is None
    manager.manual_dir.mkdir()
    (manager.manual_dir / "a").mkdir()
    assert find_source(manager, "", ("a.zip", "a")) == manager.manual_dir / "a"
    (manager.manual_dir / "a.zip").touch()
    assert find_source(manager, "", ("a.zip", "a")) == manager.manual_dir / "a.zip"
    assert find_source(manager, str(tmp_path / "b"), ("a.zip",)) == tmp_path / "b"


def test_the_manual_folder_is_named_even_where_tfds_raises(tmp_path):
    class Raising(SimpleNamespace):
        @property
        def manual_dir(self):
            raise AssertionError("empty")

    assert manual_dir(Raising(download_dir=str(tmp_path))) == tmp_path / "manual"


def test_a_failed_download_becomes_one_line_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: [])
    url = "https://example.org/a.zip"
    assert fetch(Manager(tmp_path), url, "Bring it.") == tmp_path / "a.zip"
    with pytest.raises(UserError, match=r"example\.org/a\.zip could not .*OSError.*Bring it\.$"):
        fetch(Manager(tmp_path, OSError("no route")), url, "Bring it.")


def test_a_digest_follows_content_and_names_of_the_files_that_count(tmp_path):
    (tmp_path / "a.TXT").write_text("one")
    (tmp_path / "other.bin").write_text("x")
    first = content_digest(tmp_path, (".txt",))
    (tmp_path / "other.bin").write_text("y")
    assert content_digest(tmp_path, (".txt",)) == first
    (tmp_path / "a.TXT").write_text("two")
    second = content_digest(tmp_path, (".txt",))
    (tmp_path / "a.TXT").rename(tmp_path / "b.TXT")
    assert len({first, second, content_digest(tmp_path, (".txt",))}) == 3
    with pytest.raises(UserError, match="no file or folder at source_path"):
        content_digest(tmp_path / "gone", (".txt",))


def test_the_digest_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"content")
    assert file_sha256(tmp_path / "a") == hashlib.sha256(b"content").hexdigest()
