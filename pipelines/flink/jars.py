"""Where Flink and Beam's job server come from: fetched once, checked, then kept.

Flink's own jars are in a package that the Flink project publishes for Python; the job server,
which turns Beam's pipelines into Flink's jobs, is on Maven Central.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sps_tf.errors import UserError

FLINK_VERSION = "1.20"
_PACKAGE = "apache-flink-libraries"
_PACKAGE_VERSION = "1.20.1"
_PACKAGE_SHA256 = "be28293619b1d7b04c970b947133ae8d0ca86681f23694be063b3659ea69bb79"
_FLINK_JARS = ("flink-dist", "log4j")
_MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


def cache_dir() -> Path:
    """Return the folder of everything that is fetched once."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sps_tf" / "flink"


def fetch_flink(cache: Path) -> Path:
    """Fetch Flink, 230 MB, if it is not there.

    Args:
        cache: see `cache_dir`.

    Returns:
        The folder of its jars.

    Raises:
        UserError: if it cannot be fetched, or is not the known file.
    """
    target = cache / f"flink-{_PACKAGE_VERSION}"
    if target.is_dir():
        return target
    with _temporary_folder(cache) as folder:
        wanted = folder / "wanted.txt"
        wanted.write_text(f"{_PACKAGE}=={_PACKAGE_VERSION} --hash=sha256:{_PACKAGE_SHA256}\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        _run([*pip, f"--dest={folder}", f"--requirement={wanted}"], "Flink")
        (archive,) = folder.glob("*.tar.gz")
        jars = folder / "jars"
        jars.mkdir()
        with tarfile.open(archive) as tar:
            for member in tar:
                name = Path(member.name).name
                if "/deps/lib/" in member.name and name.startswith(_FLINK_JARS):
                    member.name = name
                    tar.extract(member, jars, filter="data")
        jars.rename(target)
    return target


def fetch_job_server(cache: Path, beam_version: str) -> Path:
    """Fetch Beam's job server for this Flink, if it is not there; Maven checks it.

    Args:
        cache: see `cache_dir`.
        beam_version: version of Beam for Python, which must be the same.

    Returns:
        The jar.

    Raises:
        UserError: if Maven is missing or cannot fetch it.
    """
    name = f"beam-runners-flink-{FLINK_VERSION}-job-server"
    target = cache / f"{name}-{beam_version}.jar"
    if target.is_file():
        return target
    artifact = f"org.apache.beam:{name}:{beam_version}"
    require_program("mvn", "Maven (on Debian: apt-get install maven)")
    with _temporary_folder(cache) as folder:
        # Without the fourth word, a failure of yesterday would be repeated from memory.
        mvn = ["mvn", "--batch-mode", "--quiet", "--update-snapshots", "--strict-checksums"]
        mvn += ["-Dstyle.color=never", _MAVEN_COPY]
        _run([*mvn, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"], artifact)
        (folder / target.name).rename(target)
    return target


def require_program(name: str, package: str) -> None:
    """Refuse to go on without a program.

    Args:
        name: the program.
        package: what to install, for the message.

    Raises:
        UserError: if the program is not found.
    """
    if shutil.which(name) is None:
        raise UserError(f"Flink needs the program {name}, which is not installed: {package}.")


@contextlib.contextmanager
def _temporary_folder(cache: Path) -> Iterator[Path]:
    """Yield a folder beside what it is for, so that a rename puts a finished file in place."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetching-") as folder:
        yield Path(folder)


def _run(command: Sequence[str], what: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        output = (result.stderr + result.stdout).splitlines()
        errors = [line for line in output if "ERROR" in line] or output or ["no message"]
        reason = errors[0].split("standalone-pom: ")[-1].split(" -> ")[0].strip()
        raise UserError(
            f"{what} could not be fetched. Where this machine cannot reach it, fetch it elsewhere "
            f"and name it with a flag, see --help. Received: {reason}"
        )
