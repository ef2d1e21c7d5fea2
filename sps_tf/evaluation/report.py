"""All that is said of a model on the test split, computed once."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sps_tf import files
from sps_tf.evaluation.grid import encode_grid, has_grid
from sps_tf.evaluation.outputs import check_arrays, encode_split, is_audio
from sps_tf.evaluation.pictures import draw_pictures
from sps_tf.evaluation.pitch_points import collect_pitch_points, save_points
from sps_tf.evaluation.scores import evaluate
from sps_tf.evaluation.sounds import make_sounds, save_sounds
from sps_tf.metrics import PitchPoints

if TYPE_CHECKING:
    import keras
    from ml_collections import ConfigDict


class Report(NamedTuple):
    """What is said of a model.

    Attributes:
        metrics: See `evaluate`.
        pictures: See `draw_pictures`.
        sounds: See `make_sounds`; none for video.
        points: See `collect_pitch_points`; None for video.
        grid: See `encode_grid`; None where the data are not the ball. Default None.
    """

    metrics: dict[str, float]
    pictures: dict[str, np.ndarray]
    sounds: dict[str, np.ndarray]
    points: PitchPoints | None
    grid: np.ndarray | None = None


def make_report(
    model: "keras.Model", arrays: dict[str, np.ndarray], config: "ConfigDict"
) -> Report:
    """Evaluate a model, draw its pictures and let it be heard, encoding the split once.

    Args:
        model: As for `evaluate`.
        arrays: As for `evaluate`.
        config: The run's config.

    Returns:
        The report.

    Raises:
        UserError: As `evaluate`.
    """
    check_arrays(arrays, config)
    z = encode_split(model, arrays["frames"], config)
    points = collect_pitch_points(model, arrays, config, z) if is_audio(config) else None
    grid = encode_grid(model, config) if has_grid(model, config) else None
    return Report(
        evaluate(model, arrays, config, z, points),
        draw_pictures(model, arrays, config, z, points, grid),
        make_sounds(model, arrays, config, z),
        points,
        grid,
    )


def save_report(report: Report, workdir: Path) -> None:
    """Write `pictures/*.png` and, of sound, `sounds/*.wav` and `pitch_points.npz`.

    Args:
        report: Its metrics are not written.
        workdir: Folder of the run.
    """
    folder = workdir / "pictures"
    folder.mkdir(exist_ok=True)
    save_pictures(report.pictures, folder)
    save_sounds(report.sounds, workdir / "sounds")
    if report.points is not None:
        save_points(report.points, workdir)


def save_pictures(pictures: dict[str, np.ndarray], folder: Path) -> None:
    """Write uint8 pictures (height, width, 3) as PNG files named after their keys.

    Args:
        pictures: The pictures; a `/` in a key becomes `_`.
        folder: An existing folder.
    """
    import tensorflow as tf

    for name, picture in pictures.items():
        path = folder / f"{name.replace('/', '_')}.png"
        files.write_bytes(path, tf.io.encode_png(picture).numpy())
