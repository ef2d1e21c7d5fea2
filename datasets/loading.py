"""From the name of a data set to the arrays that a run works on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ml_collections import ConfigDict

from datasets.ball_grid import ball_grid
from datasets.ball_probes import ball_changes, green_balls
from datasets.builders import make_builder
from datasets.prepared import open_prepared
from datasets.splits import read_splits
from pipelines.beam.checksums import find_damaged
from pipelines.beam.limit import read_limit
from sps_tf.audio import front_ends
from sps_tf.data import MEAN_FRAME_FILE, Arrays, Data
from sps_tf.errors import UserError
from sps_tf.frames import check_range
from sps_tf.training.record_stream import RecordStream, open_stream

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

    from pipelines.beam.settings import BeamSettings

# What stands for a training set that is not held in memory, where a run starts.
_SAMPLE_SEQUENCES = 1024


def load_data(
    config: ConfigDict,
    splits: tuple[str, ...] = ("train", "test"),
    data_dir: str | Path | None = None,
    examples: str | Path | None = None,
    max_magnitude: float | None = None,
    beam: "BeamSettings | None" = None,
) -> Data:
    """Load splits of the config's data set, made first where it is missing.

    Args:
        config: its `dataset` and `data` name the data set and its options.
        splits: names of splits. Default train and test.
        data_dir: folder of the data sets. Default None: TFDS's own.
        examples: version folder of a data set that TFDS or the pipeline has prepared, which is
            read in place of the config's own. Default None.
        max_magnitude: scale of the pictures of sound, that of a trained model for one. Default
            None: the training split's own.
        beam: how Beam makes a data set that is missing. Default None: in this process.

    Returns:
        The data.

    Raises:
        UserError: if the options are unknown, a folder cannot be used, or the data set in it is
            damaged.
    """
    builder = _open(Path(examples)) if examples else _prepare(config, data_dir, beam)
    about = _describe(builder)
    if max_magnitude is not None:
        about["max_magnitude"] = max_magnitude
    stream = _stream_if_large(builder, config) if "train" in splits else None
    most = {"train": _SAMPLE_SEQUENCES} if stream else {}
    found = read_splits(builder, splits, most)
    for name in ("only_instruments", "window_steps"):
        if config.input[name] and stream:
            raise UserError(
                f"config.input.{name} needs the training split in memory: raise "
                "config.input.memory_limit_gib. Received: data read from disk"
            )
    if config.input.only_instruments and "train" in found:
        found["train"] = keep_instruments(found["train"], config.input.only_instruments)
        about["trained_on"] = config.input.only_instruments
    arrays = {s: _to_frames(found[s], config, about, f"{s} split") for s in splits}
    if config.input.window_steps and "train" in arrays:
        arrays["train"] = cut_windows(arrays["train"], config.input.window_steps)
    probes = _find_probes(config, Path(builder.data_dir), arrays)
    return Data(arrays, about, stream, _read_mean_frame(builder), probes)


def check_frames(frames: np.ndarray, where: str = "the frames") -> np.ndarray:
    """Check the axes and the range of frames, one's own ones for example.

    Args:
        frames: (n, time, height, width, channels), uint8 or, in [0, 1], of a float type.
        where: what the frames are, for the message. Default "the frames".

    Returns:
        The frames as uint8; floats are rounded to the nearest of the 256 levels.

    Raises:
        UserError: if axes are missing or empty, the type is another, or a value lies outside.
    """
    if frames.ndim != 5 or 0 in frames.shape or frames.shape[1] < 2:
        raise UserError(
            f"{where} must have the axes (n, time, height, width, channels), with at least 2 "
            f"times and none empty. Received shape: {frames.shape}"
        )
    check_range(frames, where)
    return frames if frames.dtype == np.uint8 else np.rint(frames * 255).astype(np.uint8)


def keep_instruments(arrays: Arrays, names: str) -> Arrays:
    """Return the clips of some instruments.

    Args:
        arrays: a split; `instrument` (n,) holds names, as bytes.
        names: of instruments, apart by commas.

    Returns:
        The same arrays with fewer clips, in the same order.

    Raises:
        UserError: if the data name no instruments, or not these.
    """
    asked = [name.strip() for name in names.split(",")]
    values = arrays.get("instrument", ())
    held = [name.decode() if isinstance(name, bytes) else str(name) for name in values]
    if not set(asked) <= set(held):
        raise UserError(
            "config.input.only_instruments names instruments of the training split, which has "
            f"{', '.join(sorted(set(held))) or 'none'}. Received: {names!r}"
        )
    kept = np.isin(held, asked)
    return {name: values[kept] for name, values in arrays.items()}


def cut_windows(arrays: Arrays, n_steps: int) -> Arrays:
    """Cut sequences into windows that do not overlap; what is left over at the end is dropped.

    Args:
        arrays: a split; `frames` (n, time, ...) and whatever else has the same two axes is cut,
            what has the first alone is repeated.
        n_steps: time steps of a window, from 2 to those of a sequence.

    Returns:
        The same arrays, windows of one sequence one after the other.

    Raises:
        UserError: if a sequence holds no window.
    """
    n, n_times = arrays["frames"].shape[:2]
    if not 2 <= n_steps <= n_times:
        raise UserError(
            f"config.input.window_steps must lie between 2 and {n_times}, the steps of a sequence; "
            f"0 takes them whole. Received: {n_steps}"
        )
    n_windows = n_times // n_steps

    def cut(values: np.ndarray) -> np.ndarray:
        if values.shape[:2] != (n, n_times):
            return np.repeat(values, n_windows, axis=0)
        kept = values[:, : n_windows * n_steps]
        return kept.reshape(n * n_windows, n_steps, *values.shape[2:])

    return {name: cut(values) for name, values in arrays.items()}


# === From what is stored to frames ===


def _to_frames(arrays: Arrays, config: ConfigDict, about: dict[str, Any], split: str) -> Arrays:
    """Return a split as a model reads it, its labels with an axis of their own."""
    if "pitch" in arrays:
        arrays = {**arrays, "pitch": arrays["pitch"][..., None]}
    if not config.front_end:
        where = f"{split} of {config.dataset}"
        return {**arrays, "frames": check_frames(arrays["frames"], where)}
    if "frames" in arrays:  # the pipeline has put them in the waveforms' place
        return arrays
    return front_ends.to_frames(arrays, config.front_end, about.get("max_magnitude"))


def _find_probes(
    config: ConfigDict, folder: Path, arrays: dict[str, Arrays]
) -> dict[str, np.ndarray]:
    """Return the frames that the config's evaluators ask for beside the splits."""
    asked, probes = config.evaluation.evaluators, {}
    split = config.evaluation.split
    if "coordinate_grid" in asked:
        probes["coordinate_grid"] = ball_grid(folder)
    if "place_colour" in asked:
        probes |= ball_changes(folder)
    if "green_probe" in asked and split in arrays:
        probes["green_probe"] = green_balls(folder, split, arrays[split]["position"])
    return probes


# === Where data come from ===


def _prepare(
    config: ConfigDict, data_dir: str | Path | None, beam: "BeamSettings | None"
) -> "tfds.core.DatasetBuilder":
    """Return the builder, its data made where they are missing and its files checked."""
    builder = make_builder(config.dataset, data_dir, **config.data.to_dict())
    if not Path(builder.data_dir).exists():
        print(f"Making {builder.info.full_name} in {builder.data_dir}", flush=True)
    builder.download_and_prepare(download_config=beam.download_config() if beam else None)
    return builder


def _open(folder: Path) -> "tfds.core.DatasetBuilder":
    """Open a data set that TFDS or the pipeline has prepared, its files checked."""
    builder = open_prepared(folder)
    damaged = find_damaged(folder)
    if damaged:
        raise UserError(
            f"The data set in {folder} is damaged: {', '.join(damaged[:3])} is not as it was "
            "written. Make it anew with the command that made it."
        )
    limit = read_limit(folder)
    if limit:
        print(f"note: {folder} holds the first {limit} examples of each split only.", flush=True)
    if "train" not in builder.info.splits:
        raise UserError(f"The prepared data set has no split called train. Received: {folder}")
    return builder


def _read_mean_frame(builder: "tfds.core.DatasetBuilder") -> np.ndarray | None:
    """Read what the pipeline's Transform knows of the whole training split."""
    path = Path(builder.data_dir) / MEAN_FRAME_FILE
    return np.load(path, allow_pickle=False) if path.is_file() else None


def _stream_if_large(
    builder: "tfds.core.DatasetBuilder", config: ConfigDict
) -> RecordStream | None:
    """Return the training split as a stream if it is to be read from disk again and again."""
    stream = open_stream(builder, "train")
    if stream is None or stream.n_gib <= config.input.memory_limit_gib:
        return None
    print(
        f"Reading {stream.n_sequences} training sequences ({stream.n_gib:.1f} GiB) from disk: "
        f"more than input.memory_limit_gib = {config.input.memory_limit_gib:g}.",
        flush=True,
    )
    return stream


def _describe(builder: "tfds.core.DatasetBuilder") -> dict[str, Any]:
    sizes = {name: split.num_examples for name, split in builder.info.splits.items()}
    limit = read_limit(Path(builder.data_dir))
    told = {"max_examples_per_split": limit} if limit else {}
    return {
        "name": builder.info.full_name,
        "splits": sizes,
        **told,
        **(builder.info.metadata or {}),
    }
