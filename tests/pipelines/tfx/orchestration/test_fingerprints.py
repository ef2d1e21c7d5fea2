import os

import pytest

from pipelines.tfx.orchestration.fingerprints import digest_path, digest_values, size_of


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"123")
    (tmp_path / "a" / "other").write_bytes(b"45")
    return tmp_path / "a"


def test_the_digest_of_a_folder_knows_names_and_bytes(folder):
    first = digest_path(folder)
    (folder / "other").write_bytes(b"46")
    changed = digest_path(folder)
    (folder / "other").rename(folder / "renamed")
    assert len({first, changed, digest_path(folder)}) == 3


def test_the_digest_of_a_folder_knows_no_dates_caches_or_hidden_files(folder):
    first = digest_path(folder)
    os.utime(folder / "other", (0, 0))
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").write_bytes(b"x")
    (folder / ".lock").write_bytes(b"x")
    assert digest_path(folder) == first
    assert size_of(folder) == 5


def test_bytes_moved_from_one_file_to_the_next_change_the_digest(folder):
    first = digest_path(folder)
    (folder / "b" / "file").write_bytes(b"12")
    (folder / "other").write_bytes(b"345")
    assert digest_path(folder) != first


def test_the_digest_of_values_does_not_depend_on_their_order():
    assert digest_values({"a": 1, "b": [2, 3]}) == digest_values({"b": [2, 3], "a": 1})
    assert digest_values({"a": 1}) != digest_values({"a": 2})
