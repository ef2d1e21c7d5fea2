"""From a stored example to flat numbers that statistics and schemas make sense of.

| feature | becomes |
| --- | --- |
| pictures, such as `frames` | `frames/mean`, `frames/std` of each frame, of 1 for white |
| sound (int16, one axis) | `waveform/rms`, `waveform/peak`: of the clip, in [0, 1] |
| numbers with two axes, such as (time, 3) | a feature a column: `position/0` .. `position/2` |
| other numbers, text | as they are |

Columns are called by the names in the feature's description where it lists one for each, such
as "vertical_pixels, horizontal_pixels, area_pixels", and by their number where it does not.

A value that is not stored is left out of the row. One that does not decode to the type and shape
in `features.json` is left out too and counted, in `<feature>/damaged`: a feature that exists
only where there is damage. Examples are read here and not by TFDS, which stops at either.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow_datasets as tfds
from tensorflow_datasets.proto import tf_example_pb2

from pipelines.tfx.validation.statistics_files import DAMAGED

Row = dict[str, "np.ndarray | list[bytes]"]

# Beyond this, columns are one feature: a page of hundreds would help nobody.
_MAX_COLUMNS = 16
_NAMES = re.compile(r"\w+(, \w+)*")


class _Summary(NamedTuple):
    """How one feature is summarised.

    Attributes:
        columns: the type of each resulting feature by name: float32, int64 or `bytes`.
        stored_as: the field of `tf.train.Feature` that holds it.
        summarise: turns the stored values into a part of the row; fails on damaged ones.
    """

    columns: Mapping[str, type]
    stored_as: str
    summarise: Callable[[Sequence[Any]], Row]


class Summariser:
    """Turns serialised examples of one data set into rows.

    Args:
        features: the data set's features.

    Attributes:
        columns: the type of each feature of a row by name: float32, int64 or `bytes`.
        left_out: names of the data set's features that are not summarised: nested sequences
            and numbers of unknown shape in more than one axis.
    """

    def __init__(self, features: tfds.features.FeaturesDict) -> None:
        found = {name: _summary(name, feature) for name, feature in _flatten(features)}
        self._summaries = {name: summary for name, summary in found.items() if summary}
        self.left_out = sorted(set(found) - set(self._summaries))
        self.columns: dict[str, type] = {}
        for summary in self._summaries.values():
            self.columns.update(summary.columns)

    def __call__(self, record: bytes) -> Row:
        """Summarise one example.

        Args:
            record: a serialised `tf.train.Example`.

        Returns:
            One-dimensional values by name; what is missing is not in it.
        """
        stored = tf_example_pb2.Example.FromString(record).features.feature
        row: Row = {}
        for name, summary in self._summaries.items():
            kind = stored[name].WhichOneof("kind") if name in stored else None
            if kind is None:
                continue
            try:
                if kind != summary.stored_as:
                    raise TypeError(f"stored as {kind}")
                row.update(summary.summarise(getattr(stored[name], kind).value))
            except Exception:  # decoders fail in ways of their own; all mean the same here
                row[f"{name}/{DAMAGED}"] = np.array([1])
        return row


def _flatten(
    features: tfds.features.FeaturesDict, prefix: str = ""
) -> Iterator[tuple[str, tfds.features.FeatureConnector]]:
    """Yield the features by the names under which they are stored."""
    for name, feature in features.items():
        if isinstance(feature, tfds.features.FeaturesDict):
            yield from _flatten(feature, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", feature


def _summary(name: str, feature: tfds.features.FeatureConnector) -> _Summary | None:
    """Choose how to summarise a feature, None where nothing fits."""
    if isinstance(feature, tfds.features.Image):
        return _pictures(name, feature, 1)
    if isinstance(feature, tfds.features.Sequence):
        if isinstance(feature.feature, tfds.features.Image):
            return _pictures(name, feature.feature, feature.shape[0])
        return None
    if isinstance(feature, tfds.features.Tensor) and feature.shape.count(None) <= 1:
        return _tensor(name, feature)
    return None


def _pictures(name: str, image: tfds.features.Image, n_frames: int | None) -> _Summary:
    """Summarise encoded pictures; the damaged ones are counted, the others still seen."""

    def summarise(values: Sequence[bytes]) -> Row:
        frames = [frame for value in values if (frame := _decode_picture(image, value)) is not None]
        n_damaged = abs((len(values) if n_frames is None else n_frames) - len(frames))
        row = _picture_row(name, frames, image.np_dtype)
        return {**row, f"{name}/{DAMAGED}": np.array([n_damaged])} if n_damaged else row

    return _Summary(_picture_columns(name), "bytes_list", summarise)


def _decode_picture(image: tfds.features.Image, encoded: bytes) -> np.ndarray | None:
    """Decode one picture, None if it is damaged or has another shape."""
    try:
        picture = image.decode_example_np(encoded)
    except Exception:  # the decoder fails in many ways, all of them damage
        return None
    return picture if _fits(picture.shape, image.shape) else None


def _picture_columns(name: str) -> dict[str, type]:
    return {f"{name}/mean": np.float32, f"{name}/std": np.float32}


def _picture_row(name: str, frames: Sequence[np.ndarray], dtype: type) -> Row:
    """Compute brightness and contrast of each frame, over all pixels and channels."""
    scale = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1
    scaled = [np.asarray(frame, np.float64) / scale for frame in frames]
    return {
        f"{name}/mean": np.array([frame.mean() for frame in scaled], np.float32),
        f"{name}/std": np.array([frame.std() for frame in scaled], np.float32),
    }


def _tensor(name: str, tensor: tfds.features.Tensor) -> _Summary:
    """Summarise numbers, or text."""
    dtype = np.dtype(tensor.np_dtype)
    if dtype.kind not in "biuf":
        return _Summary({name: bytes}, "bytes_list", lambda values: {name: list(values)})
    encoded = tensor.get_serialized_info().np_dtype == np.object_
    stored_as = "float_list" if dtype.kind == "f" else "int64_list"
    columns, to_row = _numbers(name, tensor.shape, dtype, tensor.doc.desc)
    shape = [-1 if size is None else size for size in tensor.shape]

    def summarise(values: Sequence[Any]) -> Row:
        array = tensor.decode_example_np(values[0] if encoded else np.array(values, dtype))
        return to_row(np.reshape(array, shape))

    return _Summary(columns, "bytes_list" if encoded else stored_as, summarise)


def _numbers(
    name: str, shape: tuple[int | None, ...], dtype: np.dtype, description: str | None
) -> tuple[dict[str, type], Callable[[np.ndarray], Row]]:
    """Choose the columns of an array of numbers, and how they are filled."""
    kind = np.float32 if dtype.kind == "f" else np.int64
    if len(shape) >= 3:
        # Pictures that are stored as numbers; with three axes there is one.
        def to_pictures(array: np.ndarray) -> Row:
            return _picture_row(name, array if array.ndim > 3 else array[None], dtype)

        return _picture_columns(name), to_pictures
    if len(shape) == 1 and dtype == np.int16:
        return {f"{name}/rms": np.float32, f"{name}/peak": np.float32}, lambda a: _sound(name, a)
    if len(shape) == 2 and shape[-1] is not None and shape[-1] <= _MAX_COLUMNS:
        names = [f"{name}/{part}" for part in _column_names(description, shape[-1])]
        return (
            dict.fromkeys(names, kind),
            lambda array: dict(zip(names, array.T.astype(kind), strict=True)),
        )
    return {name: kind}, lambda array: {name: np.ravel(array).astype(kind)}


def _sound(name: str, waveform: np.ndarray) -> Row:
    """Compute loudness and peak of a clip, 1 being the loudest that int16 holds."""
    scaled = waveform.astype(np.float64) / -float(np.iinfo(np.int16).min)
    return {
        f"{name}/rms": np.array([np.sqrt(np.mean(scaled**2))], np.float32),
        f"{name}/peak": np.array([np.abs(scaled).max()], np.float32),
    }


def _column_names(description: str | None, n_columns: int) -> list[str]:
    """Return the names that a description lists, if it lists one for each column."""
    names = description.split(", ") if _NAMES.fullmatch(description or "") else []
    return names if len(set(names)) == n_columns else [str(number) for number in range(n_columns)]


def _fits(found: tuple[int, ...], declared: tuple[int | None, ...]) -> bool:
    """Tell whether a shape is the declared one; None there stands for any size."""
    return len(found) == len(declared) and all(
        size is None or size == actual for actual, size in zip(found, declared, strict=True)
    )
