"""Examples of any data set of the project, shown by TFDS: frames, or spectrograms of sound."""

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow_datasets as tfds

from sps_tf.audio import spectrogram

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_FRAMES = 6
# Decibels below an example's own largest magnitude: what is quieter is black.
_RANGE_DB = 60.0
# Louder than any sound, so that nothing is clipped before the example's own maximum is known.
_MAX_MAGNITUDE = 1e3


def show_examples(
    builder: tfds.core.DatasetBuilder, split: str = "train", rows: int = 3, cols: int = 3
) -> "Figure":
    """Show examples of a data set by `tfds.visualization.show_examples`, which knows no videos.

    Args:
        builder: of a prepared data set of the project.
        split: name of a split. Default "train".
        rows: of examples. Default 3.
        cols: of examples. Default 3.

    Returns:
        The figure: of each example six frames, evenly spaced, above one another; of sound the
        spectrogram, time to the right, low notes at the bottom.
    """
    examples = tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False).take(rows * cols))
    pictures = [{"picture": make_picture(example)} for example in examples]
    info = tfds.core.DatasetInfo(
        builder=builder,
        features=tfds.features.FeaturesDict({"picture": tfds.features.Image()}),
    )
    return tfds.visualization.show_examples(pictures, info, rows=rows, cols=cols)


def make_picture(example: dict[str, Any]) -> np.ndarray:
    """Lay an example out as one picture.

    Args:
        example: with `frames` (time, height, width, channels) uint8, or `waveform` (samples,)
            int16 at 16 kHz.

    Returns:
        (height, width, channels) uint8.
    """
    if "frames" in example:
        frames = example["frames"]
        chosen = np.linspace(0, len(frames) - 1, min(_MOST_FRAMES, len(frames))).astype(int)
        return np.concatenate(frames[chosen], axis=0)
    images = spectrogram.note_images(example["waveform"], _MAX_MAGNITUDE)  # (note, bins, hops, 1)
    magnitude = np.concatenate(np.asarray(images, np.float32), axis=1)[::-1]
    level_db = 20 * np.log10(np.maximum(magnitude / max(magnitude.max(), 1e-12), 1e-12))
    return np.round(255 * np.clip(1 + level_db / _RANGE_DB, 0, 1)).astype(np.uint8)
