"""Fetching Flink: once, whole or not at all, and one line where it does not work."""

import io
import tarfile

import pytest

from pipelines.flink import jars
from sps_tf.errors import UserError
from tests.pipelines.flink import programs

JAR = "beam-runners-flink-1.20-job-server-2.72.0.jar"
# Maven is told where to: -DoutputDirectory=<folder>.
COPY = 'for word in "$@"; do case $word in -DoutputDirectory=*) folder=${word#*=};; esac; done'


def test_job_server_is_fetched_once_and_for_the_same_beam(tmp_path, monkeypatch):
    script = f'{COPY}\necho "$@" >> {tmp_path}/calls\necho jar > $folder/{JAR}'
    programs.install(tmp_path / "bin", monkeypatch, mvn=script)
    for _ in range(2):
        assert jars.fetch_job_server(tmp_path / "cache", "2.72.0") == tmp_path / "cache" / JAR
    (call,) = (tmp_path / "calls").read_text().splitlines()
    assert "-Dartifact=org.apache.beam:beam-runners-flink-1.20-job-server:2.72.0 " in call
    assert "--strict-checksums" in call
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [JAR]


def test_job_server_that_cannot_be_fetched_is_one_line(tmp_path, monkeypatch):
    script = "echo '[INFO] hello'; echo '[ERROR] Could not find artifact'; exit 1"
    programs.install(tmp_path / "bin", monkeypatch, mvn=script)
    with pytest.raises(UserError, match=r"job-server:2\.72\.0 could not.*not find artifact$"):
        jars.fetch_job_server(tmp_path / "cache", "2.72.0")
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize(("program", "package"), [("mvn", "maven"), ("java", "openjdk")])
def test_missing_programs_are_named_with_their_package(tmp_path, monkeypatch, program, package):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=f"the program {program}, which is not.*{package}"):
        jars.require_program(program, package)


def test_flink_is_taken_out_of_its_package_and_nothing_else(tmp_path, monkeypatch):
    def download(command, what):
        (folder,) = [word.split("=")[1] for word in command if word.startswith("--dest=")]
        with tarfile.open(f"{folder}/flink.tar.gz", "w:gz") as tar:
            for name in ("flink/deps/lib/flink-dist-1.jar", "flink/deps/opt/other.jar"):
                member = tarfile.TarInfo(name)
                member.size = 3
                tar.addfile(member, io.BytesIO(b"jar"))

    monkeypatch.setattr(jars, "_run", download)
    folder = jars.fetch_flink(tmp_path)
    assert [path.name for path in folder.iterdir()] == ["flink-dist-1.jar"]
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    monkeypatch.setattr(jars, "_run", None)  # a second download would fail
    assert jars.fetch_flink(tmp_path) == folder


def test_cache_follows_the_users_setting(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert jars.cache_dir() == tmp_path / "sps_tf" / "flink"
