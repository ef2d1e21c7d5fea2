"""Load a trained model: by the name of one that comes with the package, or from where it lies."""

import os
from pathlib import Path
from typing import Any

from sps_tf.errors import UserError, did_you_mean
from sps_tf.inference.sound_model import SoundModel
from sps_tf.inference.trained_model import TrainedModel
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import Run
from sps_tf.runs.model_info import make_info

SHIPPED = Path(__file__).parents[1] / "trained"
MODEL_FILE = "model.keras"


def load(name_or_path: str | os.PathLike, checkpoint: str | None = None) -> TrainedModel:
    """Load a trained model. No code of the file runs: Keras loads in its safe mode.

    Args:
        name_or_path: name of a model that comes with the package (see `list_shipped`), folder of
            a run, or a `.keras` file that a run has left.
        checkpoint: of a run: "final", "latest" or a step. Default: final if there, else latest.

    Returns:
        The model; one of sound is a `SoundModel`, which has `encode_file`.

    Raises:
        UserError: if there is no such model, or its file is damaged or of another version.
    """
    path = Path(name_or_path).expanduser()
    if str(name_or_path) in list_shipped():
        path = SHIPPED / str(name_or_path) / MODEL_FILE
    elif path.is_dir() and Run(path).has_config():
        run = Run(path)
        return _wrap(checkpoints.load_from_run(run, checkpoint), path, run)
    elif path.is_dir():  # one that export has made
        path = path / MODEL_FILE
    if not path.is_file():
        raise _unknown(str(name_or_path))
    keras_model = checkpoints.load_model(path)
    return _wrap(keras_model, name_or_path, Run(path.parent))


def list_shipped() -> list[str]:
    """Return the names of the trained models that come with the package."""
    return sorted(path.parent.name for path in SHIPPED.glob(f"*/{MODEL_FILE}"))


def _wrap(keras_model: Any, source: str | os.PathLike, run: Run) -> TrainedModel:
    if not hasattr(keras_model, "layout"):
        raise UserError(
            f"This file holds no model of sps-tf that encodes and decodes, but a "
            f"{type(keras_model).__name__}: name a run's model.keras. Received: {source}"
        )
    info = keras_model.info or _info_of_run(run)
    if info.get("front_end", {}).get("kind") == "sound":
        return SoundModel(keras_model, info, source)
    return TrainedModel(keras_model, info, source)


def _info_of_run(run: Run) -> dict[str, Any]:
    """Describe a model whose file does not: of a run of an earlier version, beside its results."""
    results = run.read_results() if run.has_config() else None
    return make_info(run.read_config(), results["data"]) if results else {}


def _unknown(name: str) -> UserError:
    shipped = list_shipped()
    return UserError(
        "A model is named by a run's folder, such as runs/sps_ball/sps_fast_seed0, by a .keras "
        f"file, or by one of those that come with the package: {', '.join(shipped) or 'none yet'}."
        f"{did_you_mean(name, shipped)} Received: {name!r}"
    )
