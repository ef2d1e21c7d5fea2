"""Reading zips that come from anywhere: bounded, and refused in one line where they are damaged."""

import contextlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipelines.making.walking import is_hidden
from sps_tf.errors import UserError

# What zipfile raises for a damaged member: RuntimeError is a password, and the rest is what its
# own code trips over.
DAMAGED = (
    *(OSError, EOFError, RuntimeError, NotImplementedError, ValueError, KeyError),
    *(IndexError, OverflowError, MemoryError, struct.error, zlib.error, zipfile.BadZipFile),
)


@contextlib.contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip.

    Args:
        path: the file.

    Yields:
        The archive; its members are still to be read with care, see `DAMAGED`.

    Raises:
        UserError: if it is no zip, or its directory is damaged.
    """
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise UserError(
            f"This zip cannot be read: {error or type(error).__name__}. Fetch it again, or unpack "
            f"it and name the folder. Received: {path}"
        ) from error
    with archive:
        yield archive


def list_members(
    archive: zipfile.ZipFile, suffixes: tuple[str, ...], max_files: int, max_bytes: int
) -> list[str]:
    """List the files in a zip that count; hidden ones are passed over.

    Args:
        archive: the zip.
        suffixes: those of the files that count, in lower case.
        max_files: how many there may be.
        max_bytes: how many bytes they may have together, unpacked.

    Returns:
        Names, sorted, each once.

    Raises:
        UserError: if there are more files or bytes.
    """
    members = {
        info.filename: info.file_size
        for info in archive.infolist()
        if info.filename.lower().endswith(suffixes)
        and not any(map(is_hidden, PurePosixPath(info.filename).parts))
    }
    # Of a member no more is unpacked than it declares here.
    if len(members) > max_files or sum(members.values()) > max_bytes:
        raise UserError(
            f"This zip holds more than {max_files:,} files or {max_bytes >> 20:,} MiB that are to "
            f"be read. Received: {len(members):,} files of {sum(members.values()) >> 20:,} MiB in "
            f"{archive.filename}"
        )
    return sorted(members)
