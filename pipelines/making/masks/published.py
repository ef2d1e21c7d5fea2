"""The published data set KITTI-Masks: `kitti_peds_v2.pickle` of Klindt et al. (2021).

The file is a dict: `pedestrians` is a list of (length, 64, 64) boolean arrays,
`pedestrians_latents` a list of (length, 3) float arrays: vertical and horizontal centre of mass
and area, in pixels.
"""

import dataclasses
import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.making.masks import safe_pickle
from pipelines.making.masks.sequences import Run
from pipelines.making.masks.windows import SIZE_PIXELS
from sps_tf.errors import UserError

FILE_NAME = "kitti_peds_v2.pickle"
URL = f"https://zenodo.org/record/3931823/files/{FILE_NAME}?download=1"
VIDEO = "kitti_peds_v2"
MAX_SEQUENCES = 100_000  # the published file has a few thousand
_KEYS = ("pedestrians", "pedestrians_latents")


@dataclasses.dataclass(frozen=True)
class PublishedRun(Run):
    """A run of the published file.

    Attributes:
        bits: uint8 array of shape (time, 512), the masks with eight pixels a byte.
        label: float32 array of shape (time, 3), as published.
    """

    bits: np.ndarray
    label: np.ndarray

    def decode(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the masks and the published label."""
        masks = np.unpackbits(self.bits, axis=1)
        return masks.reshape(-1, SIZE_PIXELS, SIZE_PIXELS), self.label


def pack_run(index: int, masks: np.ndarray, label: np.ndarray) -> PublishedRun:
    """Return a run of the published file.

    Args:
        index: its place in the file.
        masks: (time, 64, 64) of 0 and 1.
        label: float32 (time, 3).

    Returns:
        The run.
    """
    bits = np.packbits(masks.reshape(len(masks), -1).astype(bool), axis=1)
    return PublishedRun(VIDEO, -1, -1, index, bits, label)


def load_runs(path: str | os.PathLike) -> list[PublishedRun]:
    """Read the published sequences.

    Args:
        path: the pickle.

    Returns:
        The sequences in the file's order. The file does not say which person, window or frame
        they show: `object_id` and `window` are -1, `start` is the position in the file.

    Raises:
        UserError: if the file is no such pickle; the message names the first thing wrong.
    """
    content = safe_pickle.load(path)
    if not isinstance(content, dict):
        raise UserError(f"{path} must hold a dict. Received: {type(content).__name__}")
    missing = [key for key in _KEYS if key not in content]
    if missing:
        received = ", ".join(repr(key)[:40] for key in itertools.islice(content, 8)) or "none"
        raise UserError(f"{path} lacks the key {missing[0]!r}. Received keys: {received}")
    masks, labels = (_items(content, key, path) for key in _KEYS)
    if len(masks) != len(labels):
        raise UserError(
            f"{path} must hold as many labels as sequences. Received: {len(masks)} sequences, "
            f"{len(labels)} labels"
        )
    return list(_runs(masks, labels, path))


def _items(content: dict, key: str, path: str | os.PathLike) -> list:
    """Return the list under a key."""
    items = safe_pickle.items(content[key])
    if items is None:
        array = safe_pickle.array(content[key])  # sequences of equal length may be stacked
        if array is None or array.ndim < 1:
            raise UserError(
                f"{path}: {key!r} must be a list. Received: {type(content[key]).__name__}"
            )
        items = array
    if len(items) > MAX_SEQUENCES:
        raise UserError(
            f"{path}: {key!r} must hold at most {MAX_SEQUENCES:,} sequences. "
            f"Received: {len(items):,}"
        )
    return list(items)


def _runs(masks: list, labels: list, path: str | os.PathLike) -> Iterator[PublishedRun]:
    """Check every pair and yield it as a run."""
    room = Path(path).stat().st_size
    for index, (mask, label) in enumerate(zip(masks, labels, strict=True)):
        mask, label = _array(mask), _array(label)
        where = f"{path}: sequence {index}"
        size = (SIZE_PIXELS, SIZE_PIXELS)
        if mask is None or mask.ndim != 3 or mask.shape[1:] != size:
            raise UserError(f"{where} must have shape (length, 64, 64). Received: {_shape(mask)}")
        # A file can name one array again and again, at five bytes a time.
        room -= mask.nbytes
        if room < 0:
            raise UserError(f"{path} holds more sequences than its size allows: some are repeated")
        if mask.dtype != bool and not np.isin(mask, (0, 1)).all():
            raise UserError(f"{where} must hold masks of 0 and 1. Received type: {mask.dtype}")
        if label is None or label.shape != (len(mask), 3):
            raise UserError(
                f"{where} must have labels of shape ({len(mask)}, 3). Received: {_shape(label)}"
            )
        label = label.astype(np.float32)
        if not np.isfinite(label).all():
            raise UserError(f"{where} has a label that is not finite")
        yield pack_run(index, mask, label)


def _array(value: Any) -> np.ndarray | None:
    """Return a numeric array, from one or from a stacked one's row."""
    return value if isinstance(value, np.ndarray) else safe_pickle.array(value)


def _shape(array: np.ndarray | None) -> str:
    return "no array" if array is None else str(array.shape)
