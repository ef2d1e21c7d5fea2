"""Files that a data set is made from: named by the user, in TFDS's manual folder, or fetched."""

import hashlib
import socket
import urllib.parse
import urllib.request
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.making.walking import normal_name, walk_files
from sps_tf.errors import UserError

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

_DIGEST_CHARS = 8


def manual_dir(dl_manager: "tfds.download.DownloadManager") -> Path:
    """Return the manual folder, also where it is missing or empty (TFDS then raises).

    Args:
        dl_manager: TFDS's.

    Returns:
        The folder.
    """
    try:
        return Path(dl_manager.manual_dir)
    except AssertionError:
        return Path(dl_manager.download_dir) / "manual"


def find_source(
    dl_manager: "tfds.download.DownloadManager", source_path: str, names: Iterable[str]
) -> Path | None:
    """Return the file or folder to read.

    Args:
        dl_manager: TFDS's.
        source_path: what the user named, or an empty string.
        names: names to look for in the manual folder otherwise, the preferred one first.

    Returns:
        The path, or None where nothing was named and nothing is there.
    """
    if source_path:
        return Path(source_path).expanduser()
    paths = (manual_dir(dl_manager) / name for name in names)
    return next((path for path in paths if path.exists()), None)


def fetch(dl_manager: "tfds.download.DownloadManager", url: str, advice: str) -> Path:
    """Download a file, or say at once that it has to be brought.

    Args:
        dl_manager: TFDS's.
        url: where the file is.
        advice: what the user can do instead, the end of the message.

    Returns:
        The file.

    Raises:
        UserError: if it cannot be downloaded.
    """
    try:
        _check_online(url)
        return Path(dl_manager.download(url))
    except Exception as error:
        # Whatever stops a download, the user can bring the file.
        raise UserError(
            f"{url} could not be downloaded ({type(error).__name__}). {advice}"
        ) from error


def content_digest(path: str | Path, suffixes: Collection[str]) -> str:
    """Return eight characters that stand for the content of a file, or of a folder's files.

    The folder is gone through as by `walk_files`.

    Args:
        path: a file, or a folder with files at any depth.
        suffixes: those of the files that count, such as ".txt", in lower case.

    Returns:
        The start of a SHA-256 digest.

    Raises:
        UserError: if there is no such file or folder.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise UserError(f"There is no file or folder at source_path. Received: {path}")
    digest = hashlib.sha256()
    named = [("", root)]
    if root.is_dir():
        found = ((normal_name(name), file) for name, file in walk_files(root))
        named = sorted(pair for pair in found if pair[1].suffix.lower() in suffixes)
    for name, file in named:
        # A name need not be text: its bytes count.
        digest.update(f"{name}\0{file_sha256(file)}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:_DIGEST_CHARS]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 digest of a file, in hexadecimal."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _check_online(url: str) -> None:
    """Raise OSError at once where the host is unknown; TFDS would try for minutes."""
    if not urllib.request.getproxies():  # a proxy may know hosts that this machine does not
        socket.getaddrinfo(urllib.parse.urlsplit(url).hostname, 443)
