import os
import unicodedata

import pytest

from pipelines.making.source_files import content_digest
from pipelines.making.walking import normal_name, printable, walk_files
from sps_tf.errors import UserError


def walked(root):
    """Return the names found, and what was left out."""
    left_out = []
    names = [name for name, _ in walk_files(root, lambda *what: left_out.append(what))]
    return names, left_out


def test_links_are_followed_hidden_files_are_not_seen_and_a_folder_is_read_once(tmp_path):
    store, root = tmp_path / "store", tmp_path / "root"
    for name in ("a.wav", ".hidden.wav", "._a.wav", ".thumbnails/b.wav", "Thumbs.db"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_text("x")
    (root / "inner").mkdir(parents=True)
    (root / "__MACOSX").mkdir()
    (root / "__MACOSX" / "c.wav").write_text("x")
    (root / "linked").symlink_to(store)
    (root / "again").symlink_to(store)
    (root / "inner" / "circle").symlink_to(root)
    (root / "file.wav").symlink_to(store / "a.wav")
    names, left_out = walked(root)
    assert names == ["again/a.wav", "file.wav"]
    assert left_out == [
        ("folder_was_read_already", "inner/circle"),
        ("folder_was_read_already", "linked"),
    ]


def test_pipes_and_broken_links_are_named_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nothing")
    (tmp_path / "itself.wav").symlink_to(tmp_path / "itself.wav")
    (tmp_path / "folder.mid").mkdir()
    (tmp_path / "folder.mid" / "a.mid").write_text("x")
    names, left_out = walked(tmp_path)
    assert names == ["folder.mid/a.mid"]
    assert left_out == [
        ("cannot_be_opened", name) for name in ("gone.wav", "itself.wav", "pipe.wav")
    ]


def test_folders_in_folders_without_end_are_left_out(tmp_path):
    deep = tmp_path / "/".join(["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "a").write_text("x")
    names, ((reason, _),) = walked(tmp_path)
    assert (names, reason) == ([], "folder_cannot_be_read")


def test_a_folder_that_is_not_there_is_refused_in_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot be read: No such file"):
        list(walk_files(tmp_path / "gone"))


def test_a_name_is_the_same_in_both_forms_of_unicode(tmp_path):
    digests = set()
    for form in ("NFC", "NFD"):
        folder = tmp_path / form
        folder.mkdir()
        (folder / unicodedata.normalize(form, "café.wav")).write_text("x")
        ((name, _),) = walk_files(folder)
        assert normal_name(name) == unicodedata.normalize("NFC", "café.wav")
        digests.add(content_digest(folder, (".wav",)))
    assert len(digests) == 1


def test_a_digest_counts_what_lies_behind_a_link(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "a.wav").write_text("one")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "linked").symlink_to(tmp_path / "store")
    first = content_digest(tmp_path / "root", (".wav",))
    (tmp_path / "store" / "a.wav").write_text("two")
    assert content_digest(tmp_path / "root", (".wav",)) != first


def test_a_name_that_is_no_text_becomes_one():
    assert printable("é.avi") == "é.avi"
    assert printable("\udcff.avi") == "\ufffd.avi"
