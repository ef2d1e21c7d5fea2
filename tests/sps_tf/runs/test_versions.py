"""What a result depends on is noted with it."""

import subprocess

from sps_tf.runs import versions


def commit_of(root, monkeypatch):
    monkeypatch.setattr(versions.sps_tf, "__file__", str(root / "sps_tf" / "__init__.py"))
    return versions.find_commit()


def test_commit_is_that_of_the_checkout_and_says_where_files_differ(tmp_path, monkeypatch):
    git = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    assert commit_of(tmp_path, monkeypatch) == ""
    subprocess.run([*git, "init", "--quiet"], check=True)
    assert commit_of(tmp_path, monkeypatch) == ""  # nothing is committed yet
    (tmp_path / "file").write_text("1")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message=first"], check=True)
    asked = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    commit = asked.stdout[:12]
    assert commit_of(tmp_path, monkeypatch) == commit
    (tmp_path / "file").write_text("2")
    assert commit_of(tmp_path, monkeypatch) == f"{commit}-dirty"
