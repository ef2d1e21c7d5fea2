"""Whether the files that a data set is made from are still those that a run has seen."""

import importlib
from collections.abc import Mapping
from typing import Any

from pipelines.making.source_files import content_digest

# The data sets made from a user's files, and where the suffixes of the files that count stand.
_SUFFIXES = {
    "audio_folder": ("pipelines.making.audio_folder.files", "COUNTED_SUFFIXES"),
    "kitti_masks": ("pipelines.making.masks.mots_text", "SUFFIXES"),
    "sps_melody": ("pipelines.making.audio.nottingham", "SUFFIXES"),
    "video_folder": ("pipelines.making.video_folder.formats", "SUFFIXES"),
}


def source_word(dataset: str, options: Mapping[str, Any]) -> str:
    """Return the part of a data set's name that stands for the content of the user's files.

    Args:
        dataset: a data set's name, such as "video_folder".
        options: its options; `folder` or `source_path` names the files.

    Returns:
        "source" and the digest of the files as they are now, or an empty string where the user
        names none.

    Raises:
        UserError: if there is no such file or folder.
    """
    place = options.get("folder") or options.get("source_path")
    name = dataset.partition("/")[0]
    if not place or name not in _SUFFIXES:
        return ""
    module, constant = _SUFFIXES[name]
    suffixes = getattr(importlib.import_module(module), constant)
    return f"source{content_digest(place, suffixes)}"
