"""Where General MIDI sound fonts are found: a folder one names, or the system's own."""

import dataclasses
import functools
import importlib.util
import os
from pathlib import Path

from pipelines.making.source_files import file_sha256
from sps_tf.errors import UserError

ENVIRONMENT_VARIABLE = "SPS_TF_SOUNDFONT_DIR"
TRAIN_FONTS = ("FluidR3_GM",)
# The paper's test font is in no package; where the user has not got it, the second takes its place.
TEST_FONTS = ("GeneralUser GS v1.471", "TimGM6mb")
_SYSTEM_FOLDERS = (
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf2",
    "~/Library/Audio/Sounds/Banks",
    "/Library/Audio/Sounds/Banks",
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/sounds/sf2",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
)
_PACKAGES = {
    "FluidR3_GM": "apt-get install fluid-soundfont-gm",
    "TimGM6mb": "apt-get install timgm6mb-soundfont, or pip install pretty_midi, which holds it",
}
_HEADER_BYTES = 12


@dataclasses.dataclass(frozen=True)
class SoundFont:
    """A sound font file that looks like one.

    Attributes:
        path: the file.
    """

    path: Path

    @property
    def sha256(self) -> str:
        """SHA-256 digest of the file, in hexadecimal."""
        return _sha256(self.path, self.path.stat().st_mtime_ns)

    def describe(self) -> dict[str, str]:
        """Return the file's name and digest, for the record of a data set."""
        return {"file": self.path.name, "sha256": self.sha256}


def find_train_font(folder: str = "") -> SoundFont:
    """Find FluidR3_GM, which the paper trains on.

    Args:
        folder: folder to look in first. Default "": the environment variable
            SPS_TF_SOUNDFONT_DIR, then the system's folders.

    Returns:
        The font.

    Raises:
        UserError: if there is no such folder or font.
    """
    return find_font(TRAIN_FONTS, folder)


def find_test_font(folder: str = "") -> SoundFont:
    """Find GeneralUser GS v1.471, which the paper tests on, or else TimGM6mb.

    Args:
        folder: as for `find_train_font`.

    Returns:
        The font.

    Raises:
        UserError: if there is no such folder, or neither font.
    """
    return find_font(TEST_FONTS, folder)


def find_font(names: tuple[str, ...], folder: str = "") -> SoundFont:
    """Find the first of some fonts.

    Args:
        names: file names without suffix, the preferred one first. Case, spaces and punctuation
            do not matter.
        folder: as for `find_train_font`.

    Returns:
        The font.

    Raises:
        UserError: if there is no such folder, or none of the fonts.
    """
    folders = search_folders(folder)
    for name in names:
        for place in folders:
            for path in sorted(place.glob("*.[sS][fF]2")):
                if _plain(path.stem) == _plain(name):
                    return open_font(path)
    raise UserError(
        f"The sound font {' or '.join(names)} (.sf2) was not found: {_PACKAGES[names[-1]]}; or "
        f"name a folder that holds it with soundfont_dir or {ENVIRONMENT_VARIABLE}. "
        f"Looked in: {', '.join(map(str, folders)) or 'no folder, none of the usual ones exists'}"
    )


def open_font(path: str | os.PathLike) -> SoundFont:
    """Return a font file, once its first bytes are those of a sound font.

    Args:
        path: the file.

    Returns:
        The font.

    Raises:
        UserError: if there is no such file, or it holds something else.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f"There is no sound font at this path. Received: {path}")
    with open(path, "rb") as stream:
        header = stream.read(_HEADER_BYTES)
    if header[:4] != b"RIFF" or header[8:] != b"sfbk":
        raise UserError(f"This file is not a sound font (RIFF sfbk). Received: {path}")
    return SoundFont(path)


def search_folders(folder: str = "") -> list[Path]:
    """Return the folders that are looked into, those that exist, in order.

    Args:
        folder: as for `find_train_font`.

    Returns:
        The named folder, the environment variable's, the system's, and that of the Python package
        pretty_midi, which brings a copy of TimGM6mb.

    Raises:
        UserError: if a folder that is named does not exist.
    """
    named = [("soundfont_dir", folder)]
    named.append((ENVIRONMENT_VARIABLE, os.environ.get(ENVIRONMENT_VARIABLE, "")))
    folders = []
    for origin, value in named:
        if value and not Path(value).expanduser().is_dir():
            raise UserError(f"There is no folder at {origin}. Received: {value}")
        if value:
            folders.append(Path(value).expanduser())
    folders += [Path(place).expanduser() for place in _SYSTEM_FOLDERS]
    package = importlib.util.find_spec("pretty_midi")
    folders += [Path(place) for place in (package.submodule_search_locations if package else ())]
    return [place for place in folders if place.is_dir()]


def _plain(name: str) -> str:
    """Reduce a name to its letters and digits: fonts are spelt with spaces, dashes or neither."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


@functools.lru_cache
def _sha256(path: Path, changed: int) -> str:
    """Return a file's digest; the time of its last change tells a replaced file."""
    del changed
    return file_sha256(path)
