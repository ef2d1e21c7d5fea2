"""A run's data in one file, for machines that have JAX and no TensorFlow to read records with.

The file is named after all settings that what is read depends on, so that none other is read.
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np
from ml_collections import ConfigDict

from sps_tf import files
from sps_tf.data import Data
from sps_tf.errors import UserError
from sps_tf.runs.folder import to_json

_FOLDER = "packed"
# Options that name a user's files.
_PLACES = {"folder", "source_path"}
_ABOUT = "about"
_MEAN_FRAME = "mean_frame"
_PROBE = "probe"


def check_packable(config: ConfigDict) -> None:
    """Check that a run can do without TensorFlow.

    Args:
        config: the run's settings.

    Raises:
        UserError: if it is on sound.
    """
    if config.front_end:
        raise UserError(
            "Sound needs TensorFlow, whose tensorflow-io computes the spectrograms of evaluation: "
            f"leave KERAS_BACKEND and launch.pack to video. Received: {config.dataset}"
        )


def packed_path(config: ConfigDict, data_dir: str | Path | None = None) -> Path:
    """Return where the data of a config are, or would be, packed.

    Args:
        config: the settings of a run.
        data_dir: folder of the data sets. Default None: `TFDS_DATA_DIR`, or
            `~/tensorflow_datasets`.
    """
    default = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    read = {name: config[name] for name in ("dataset", "data", "front_end", "input")}
    values = to_json(ConfigDict(read)) | {"split": config.evaluation.split}
    for name in _PLACES & values["data"].keys():  # the other machine may have it elsewhere
        values["data"][name] = Path(values["data"][name] or "").name
    text = json.dumps(values, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    name = f"{config.dataset.replace('/', '_')}-{digest}.npz"
    return Path(data_dir or default).expanduser() / _FOLDER / name


def pack(config: ConfigDict, data: Data, data_dir: str | Path | None = None) -> Path:
    """Write the data of a run into one file.

    Args:
        config: the run's settings.
        data: its data, from `datasets.loading.load_data`.
        data_dir: see `packed_path`.

    Returns:
        The file.

    Raises:
        UserError: if the data are larger than memory, or the file cannot be written.
    """
    if data.stream is not None:
        raise UserError(
            "Only data that fit into memory can be packed: raise config.input.memory_limit_gib. "
            f"Received: {data.stream.n_gib:.1f} GiB"
        )
    arrays = {_ABOUT: np.array(json.dumps(data.about))}
    for split, own in data.splits.items():
        arrays |= {f"{split}/{name}": _plain(values) for name, values in own.items()}
    arrays |= {f"{_PROBE}/{name}": frames for name, frames in data.probes.items()}
    if data.mean_frame is not None:
        arrays[_MEAN_FRAME] = data.mean_frame
    path = packed_path(config, data_dir)
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, content.getvalue())
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def load_packed(
    config: ConfigDict, splits: tuple[str, ...], data_dir: str | Path | None = None
) -> Data:
    """Read data that were packed with the same settings.

    Args:
        config: the settings of a run.
        splits: names of splits.
        data_dir: see `packed_path`.

    Returns:
        The data.

    Raises:
        UserError: if there is no such file, or it is damaged.
    """
    path = packed_path(config, data_dir)
    if not path.is_file():
        raise UserError(
            f"Without TensorFlow data are read from {path}, which is not there. Where TensorFlow "
            "is, `python -m launch.pack` with the flags of this run writes it; copy it."
        )
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
            about = json.loads(str(arrays.pop(_ABOUT)))
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(f"{path} is damaged: pack the data anew. Received: {reason}") from error
    mean_frame = arrays.pop(_MEAN_FRAME, None)
    parts: dict[str, dict[str, np.ndarray]] = {}
    for name, values in arrays.items():
        part, _, own = name.partition("/")
        parts.setdefault(part, {})[own] = values
    probes = parts.pop(_PROBE, {})
    for split in splits:
        if split not in parts:
            raise UserError(
                f"{path} holds no split called {split}. Received: {', '.join(sorted(parts))}"
            )
    return Data({split: parts[split] for split in splits}, about, None, mean_frame, probes)


def _plain(values: np.ndarray) -> np.ndarray:
    """Return an array without Python objects: names as bytes of one length."""
    return values.astype(bytes) if values.dtype == object else values
