"""Find the sound files in a folder."""

import os
from pathlib import Path

from pipelines.making.audio_folder.labels import FILE_NAME
from pipelines.making.report import Report
from sps_tf.errors import UserError

SUFFIXES = {".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc"}
# Sounds that libsndfile does not read; they are named, so that they can be converted.
UNREAD_SUFFIXES = {".m4a", ".mp4", ".aac", ".wma", ".ape", ".wv", ".amr", ".webm"}


def check_folder(root: Path) -> None:
    """Raise `UserError` if there is no such folder."""
    if not root.is_dir():
        raise UserError(f"There is no folder of sounds at {root}")


def find_sounds(root: Path, report: Report) -> list[str]:
    """Find the sound files under a folder.

    Args:
        root: the folder.
        report: counts are added here: `convert_to_flac` (a sound in a format that is not read),
            `not_a_sound_file` (another kind), `cannot_be_opened` (a pipe, a broken link),
            `folder_cannot_be_read`, `name_is_no_text`.

    Returns:
        Names relative to the folder, sorted; none that begins with a dot.

    Raises:
        UserError: if there is no such folder, or it cannot be read.
    """
    check_folder(root)

    def failed(error: OSError) -> None:
        if Path(error.filename) == root:
            raise UserError(f"The folder {root} cannot be read: {error.strerror}")
        report.skip("folder_cannot_be_read", _printable(Path(error.filename), root))

    names = []
    for place, folders, files in os.walk(root, onerror=failed):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        for file in (Path(place) / file for file in files if not file.startswith(".")):
            name = _printable(file, root)
            if file.suffix.lower() in UNREAD_SUFFIXES:
                report.skip("convert_to_flac", name)
            elif file.suffix.lower() not in SUFFIXES:
                if name != FILE_NAME:
                    report.skip("not_a_sound_file")
            elif not file.is_file():
                report.skip("cannot_be_opened", name)
            elif name != file.relative_to(root).as_posix():
                report.skip("name_is_no_text", name)
            else:
                names.append(name)
    return sorted(names)


def _printable(path: Path, root: Path) -> str:
    """Return the name relative to the folder, with signs in place of bytes that are no text."""
    return os.fsencode(path.relative_to(root).as_posix()).decode(errors="replace")
