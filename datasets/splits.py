"""Whole splits of a prepared data set, as arrays."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sps_tf.errors import UserError

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

Arrays = dict[str, np.ndarray]

_READ_AT_ONCE = 64
# One in so many training sequences, where the data set has no validation split of its own.
_VALIDATION_SHARE = 8


def read_splits(
    builder: "tfds.core.DatasetBuilder",
    splits: tuple[str, ...],
    most: Mapping[str, int] | None = None,
) -> dict[str, Arrays]:
    """Read splits, and check that no record is missing.

    A data set without a validation split lends the last eighth of its training split for one; the
    training split is then the rest.

    Args:
        builder: of a prepared data set.
        splits: names of splits.
        most: for the name of a split the number of records to read; the others are read whole.

    Returns:
        For each split its arrays by name.

    Raises:
        UserError: if there is no such split, or records are missing or damaged.
    """
    most = most or {}
    if "validation" not in splits or "validation" in builder.info.splits:
        return {name: _read_split(builder, name, most.get(name)) for name in splits}
    if "train" in most:
        raise UserError(
            f"{builder.info.full_name} has no validation split, and its training split is too "
            "large to take one from. Received: evaluation.split='validation'; raise "
            f"config.input.memory_limit_gib, or use one of {', '.join(builder.info.splits)}"
        )
    lent = lend_validation(_read_split(builder, "train"))
    return {name: lent[name] if name in lent else _read_split(builder, name) for name in splits}


def lend_validation(train: Arrays) -> dict[str, Arrays]:
    """Cut a training split in two.

    Args:
        train: its arrays by name.

    Returns:
        `validation`, the last eighth of its sequences and at least one, and `train`, the others.
    """
    n_all = len(next(iter(train.values())))
    n_train = n_all - max(n_all // _VALIDATION_SHARE, 1)
    return {
        "train": {name: values[:n_train] for name, values in train.items()},
        "validation": {name: values[n_train:] for name, values in train.items()},
    }


def _read_split(builder: "tfds.core.DatasetBuilder", split: str, most: int | None = None) -> Arrays:
    """Read all records of a split, or the first ones, and check that none is missing."""
    import tensorflow as tf
    import tensorflow_datasets as tfds

    if split not in builder.info.splits:
        raise UserError(
            f"{builder.info.full_name} has the splits {', '.join(builder.info.splits)}. "
            f"Received: {split!r}"
        )
    n_expected = builder.info.splits[split].num_examples
    n_expected = n_expected if most is None else min(most, n_expected)
    read_config = tfds.ReadConfig(interleave_cycle_length=1, try_autocache=False)
    try:
        dataset = builder.as_dataset(split=split, shuffle_files=False, read_config=read_config)
        dataset = dataset.take(n_expected if most else -1)
        parts = list(tfds.as_numpy(dataset.batch(_READ_AT_ONCE)))
    except (tf.errors.OpError, AssertionError, OSError, ValueError) as error:
        raise _damaged(builder.data_dir, str(error)) from error
    arrays = _join(parts)
    n_found = len(next(iter(arrays.values()), ()))
    if n_found != n_expected:
        raise _damaged(
            builder.data_dir, f"the {split} split has {n_found} of its {n_expected} records"
        )
    return arrays


def _join(parts: list[dict[str, Any]]) -> Arrays:
    names = parts[0] if parts else ()
    return {name: np.concatenate([part[name] for part in parts]) for name in names}


def _damaged(folder: str | Path, reason: str) -> UserError:
    first_line = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    return UserError(
        f"The data set in {folder} is damaged ({first_line}). Delete that folder and run the "
        "same command again: it is made anew."
    )
