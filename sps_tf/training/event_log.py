"""What a run writes for TensorBoard."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
from ml_collections import ConfigDict
from tensorboard.plugins.hparams import api as hparams

from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ
from sps_tf.errors import UserError

# First words of metrics that TensorBoard shows in a group of their own.
_GROUPS = (
    "linear_projection",
    "green_linear_projection",
    "free_latent",
    "own_body",
    "other_body",
    "pitch",
    "synthesis",
    "self_recon",
    "image_pred",
    "prior",
)
_IN_A_GROUP = re.compile(rf"(test/)({'|'.join(_GROUPS)})_(.+)")
# Pixels; TensorBoard shows a picture no larger than it is.
_LEAST_WIDTH = 800


def tag_of(name: str) -> str:
    """Return the name of a scalar in TensorBoard, which cuts names into groups at each `/`.

    Args:
        name: of a metric or a log, such as "test/linear_projection_mse/x".

    Returns:
        Such as "test/linear_projection/mse/x"; a name of no group, and of training, as it is.
    """
    return _IN_A_GROUP.sub(r"\1\2/\3", name)


class EventLog:
    """Write scalars, pictures, sounds and text; each call is on the disk when it returns.

    Args:
        folder: TensorBoard's folder of the run.

    Raises:
        UserError: by each method, if the disk is full.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = tf.summary.create_file_writer(str(folder))

    def write_config(self, config: ConfigDict) -> None:
        """Write a config as a block of text, and its fields for the HPARAMS tab."""
        with self._writing(step=0):
            tf.summary.text("config", f"```yaml\n{config}\n```")
            hparams.hparams(_flatten(config))

    def write_scalars(self, values: dict[str, float], step: int) -> None:
        """Write numbers under the tags of their names, see `tag_of`."""
        with self._writing(step):
            for name, value in values.items():
                tf.summary.scalar(tag_of(name), value)

    def write_pictures(self, pictures: dict[str, np.ndarray], step: int) -> None:
        """Write uint8 pictures (height, width, 3) under `pictures/` and their names.

        One below 800 pixels of width is enlarged by a whole number.
        """
        with self._writing(step):
            for name, picture in pictures.items():
                factor = -(-_LEAST_WIDTH // picture.shape[1])
                large = picture.repeat(factor, axis=0).repeat(factor, axis=1)
                tf.summary.image(f"pictures/{name}", large[None])

    def write_sounds(self, sounds: dict[str, np.ndarray], step: int) -> None:
        """Write sounds (samples,) in [-1, 1] at 16 kHz under `sounds/` and their names."""
        with self._writing(step):
            for name, sound in sounds.items():
                samples = np.asarray(sound, np.float32)[None, :, None]
                tf.summary.audio(f"sounds/{name}", samples, SAMPLE_RATE_HZ, encoding="wav")

    def close(self) -> None:
        """End the file; one that could not be written has been reported already."""
        with contextlib.suppress(tf.errors.OpError):
            self._writer.close()

    @contextlib.contextmanager
    def _writing(self, step: int) -> Iterator[None]:
        try:
            with self._writer.as_default(step=step):
                yield
            self._writer.flush()
        except tf.errors.OpError as error:
            # TensorFlow's message: the file; the system's reason; what was lost.
            reason = str(error).splitlines()[0].rpartition("; ")[2]
            raise UserError(
                f"TensorBoard's log in {self._folder} could not be written: {reason}. Make "
                "room, then run the same command again."
            ) from error


def _flatten(config: ConfigDict, prefix: str = "") -> dict[str, bool | int | float | str]:
    """Return the fields by their paths; what is no plain value, as text."""
    fields = {}
    for name, value in config.items():
        if isinstance(value, ConfigDict):
            fields |= _flatten(value, f"{prefix}{name}.")
        else:
            fields[f"{prefix}{name}"] = (
                value if isinstance(value, bool | int | float | str) else str(value)
            )
    return fields
