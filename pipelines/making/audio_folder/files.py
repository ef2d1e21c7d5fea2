"""Find the sound files in a folder."""

from pathlib import Path

from pipelines.making.audio_folder.labels import FILE_NAME
from pipelines.making.report import Report
from pipelines.making.walking import printable, walk_files
from sps_tf.errors import UserError

SUFFIXES = {".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc"}
# What decides whether a folder is another data set: labels do too.
COUNTED_SUFFIXES = SUFFIXES | {".csv"}
# Sounds that libsndfile does not read; they are named, so that they can be converted.
UNREAD_SUFFIXES = {".m4a", ".mp4", ".aac", ".wma", ".ape", ".wv", ".amr", ".webm"}
UNREAD_SUFFIXES |= {".mka", ".mkv", ".mov", ".caf", ".au", ".snd", ".dsf", ".mp2", ".3gp", ".ra"}


def check_folder(root: Path) -> None:
    """Raise `UserError` if there is no such folder."""
    if not root.is_dir():
        raise UserError(f"There is no folder of sounds at {root}")


def find_sounds(root: Path, report: Report) -> list[str]:
    """Find the sound files under a folder; see `walk_files`.

    Args:
        root: the folder.
        report: counts are added here: what `walk_files` leaves out, `convert_to_flac` (a sound in
            a format that is not read), `not_a_sound_file` (another kind), `name_is_no_text`.

    Returns:
        Names relative to the folder, sorted; none that begins with a dot.

    Raises:
        UserError: if there is no such folder, or it cannot be read.
    """
    check_folder(root)
    names = []
    for name, path in walk_files(root, report.skip):
        suffix = path.suffix.lower()
        if suffix in UNREAD_SUFFIXES:
            report.skip("convert_to_flac", printable(name))
        elif suffix not in SUFFIXES:
            if name != FILE_NAME:
                report.skip("not_a_sound_file", printable(name))
        elif name != printable(name):
            report.skip("name_is_no_text", printable(name))
        else:
            names.append(name)
    return sorted(names)
