import errno
import json
import resource
import subprocess
import sys
import threading

import pytest

from sps_tf import files


def test_file_appears_whole_and_alone(tmp_path):
    files.write_json(tmp_path / "a.json", {"x": [1, 2]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": [1, 2]}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_failed_write_leaves_the_old_file_and_no_other(tmp_path, error):
    files.write_bytes(tmp_path / "a.bin", b"old")

    def fail(path):
        path.write_bytes(b"ne")
        raise error

    with pytest.raises(type(error)):
        files.write_atomically(tmp_path / "a.bin", fail)
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_size_limit_of_the_system_leaves_the_old_file(tmp_path):
    files.write_bytes(tmp_path / "a.bin", b"old")
    # Python ignores SIGXFSZ, so that a write beyond the limit is an OSError.
    code = (
        "import pathlib, sys; from sps_tf import files\n"
        "try: files.write_bytes(pathlib.Path(sys.argv[1]), bytes(5000))\n"
        "except OSError as error: print(error.errno)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.bin"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(errno.EFBIG)
    assert (tmp_path / "a.bin").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_leftovers_of_a_killed_process_are_removed(tmp_path):
    def die(path):
        path.write_bytes(b"ne")
        path.rename(path.with_name(path.name + ".kept"))  # out of reach of the clean-up
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.write_atomically(tmp_path / "a.bin", die)
    (tmp_path / "other").write_text("")
    assert len(list(tmp_path.iterdir())) == 2
    files.remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def _try(path):
    """Try to hold a lock, in another process; returns what it prints."""
    code = (
        "import sys, pathlib; from sps_tf.files import hold\n"
        "def busy():\n    print('busy', flush=True); sys.exit()\n"
        "with hold(pathlib.Path(sys.argv[1]), busy): print('held')"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_one_process_at_a_time_holds_a_lock(tmp_path):
    lock = tmp_path / "folder" / ".lock"
    with files.hold(lock):
        assert _try(lock) == "busy"
    assert _try(lock) == "held"


def test_who_finds_a_lock_taken_waits_for_it(tmp_path):
    lock, order = tmp_path / ".lock", []
    held, asked = threading.Event(), threading.Event()

    def first():
        with files.hold(lock):
            held.set()
            assert asked.wait(10)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(10)
    with files.hold(lock, busy=asked.set):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_a_file_system_without_locks_is_no_hindrance(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files.fcntl, "flock", refuse)
    with files.hold(tmp_path / ".lock"):
        done = True
    assert done
