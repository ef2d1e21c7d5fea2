"""The configs of the TFDS builder of KITTI-Masks: which file, and how it is split."""

import dataclasses
import zlib

import tensorflow_datasets as tfds

from pipelines.making.masks.mots_text import SUFFIXES
from pipelines.making.masks.splits import N_GUARD
from pipelines.making.options import check_seed, check_split_size
from pipelines.making.source_files import content_digest
from sps_tf.errors import check_choice

# Name of a config -> (source, split).
KINDS = {
    "zenodo": ("zenodo", "track"),
    "zenodo_authors_split": ("zenodo", "authors"),
    "mots": ("mots", "track"),
    "mots_video_split": ("mots", "video"),
    "mots_authors_split": ("mots", "authors"),
}
DEFAULT_SEED = 0


@dataclasses.dataclass
class KittiMasksConfig(tfds.core.BuilderConfig):
    """Config of the data set: which file to read and how to split it.

    What differs from the defaults becomes part of the name, and so of the data's folder:
    `KittiMasksConfig("mots", n_test=100)` is called `mots_test100`.

    Attributes:
        name: a key of `KINDS`.
        n_test: number of test sequences. Default: 320 for "zenodo", 23.2 % for "mots".
        n_guard: sequences left out after the test set, for "zenodo" alone. Default 64.
        seed: of the order in which tracks or videos become test, for "mots" and
            "mots_video_split". Default 0.
        source_path: file or folder to read; a digest of its content goes into the name. Default
            "": TFDS's manual folder.
        source_note: what the file is, in the user's words; kept with the data. Default "".
        source: "zenodo" (the published pickle) or "mots" (annotation text); from the name.
        split: "track" (no person in both splits), "video" (no video in both) or "authors" (the
            first sequences are the test set, as in the paper); from the name.
    """

    n_test: int | None = None
    n_guard: int = N_GUARD
    seed: int = DEFAULT_SEED
    source_path: str = ""
    source_note: str = ""
    source: str = dataclasses.field(init=False)
    split: str = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.source, self.split = KINDS[check_choice("config", self.name, KINDS)]
        self.seed = check_seed("seed", self.seed)
        self.n_guard = check_seed("n_guard", self.n_guard)
        if self.n_test is not None:
            self.n_test = check_split_size("n_test", self.n_test)
        origin = {"zenodo": "The published pickle", "mots": "MOTS annotation text"}[self.source]
        self.description = f"{origin}, split by {self.split}."
        self.name = "_".join([self.name, *self._changes()])

    def _changes(self) -> list[str]:
        """Return what differs from the defaults, a word each."""
        changes = []
        if self.n_test is not None:
            changes.append(f"test{self.n_test}")
        if self.n_guard != N_GUARD:
            changes.append(f"guard{self.n_guard}")
        if self.seed != DEFAULT_SEED:
            changes.append(f"seed{self.seed}")
        if self.source_path:
            changes.append(f"source{content_digest(self.source_path, SUFFIXES)}")
        if self.source_note:
            changes.append(f"note{zlib.crc32(self.source_note.encode()):08x}")
        return changes


def make_config(
    config_name: str = "zenodo",
    n_test: int | None = None,
    n_guard: int = N_GUARD,
    seed: int = DEFAULT_SEED,
    source_path: str = "",
    source_note: str = "",
) -> KittiMasksConfig:
    """Make the config that some options describe.

    Args:
        config_name: a key of `KINDS`. Default "zenodo".
        n_test: see `KittiMasksConfig`.
        n_guard: see `KittiMasksConfig`.
        seed: see `KittiMasksConfig`.
        source_path: see `KittiMasksConfig`.
        source_note: see `KittiMasksConfig`.

    Returns:
        The config.

    Raises:
        UserError: if a value is wrong or the path does not exist.
    """
    return KittiMasksConfig(
        config_name,
        n_test=n_test,
        n_guard=n_guard,
        seed=seed,
        source_path=str(source_path),
        source_note=source_note,
    )
