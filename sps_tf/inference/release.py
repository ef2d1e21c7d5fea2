"""From a finished run to a model of the package."""

import shutil
import uuid
from pathlib import Path
from typing import Any

from sps_tf import files
from sps_tf.data import Load
from sps_tf.evaluation.describing import describe_trained
from sps_tf.inference.loading import MODEL_FILE, SHIPPED
from sps_tf.inference.model_card import make_card, write_card
from sps_tf.models import SequenceModel
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import Run


def release_run(
    run: Run, name: str, load: Load, limits: str = "", root: str | Path | None = None
) -> Path:
    """Write the model of a run, without the optimiser's state, and its card.

    Args:
        run: a finished run.
        name: of the model.
        load: returns the data; asked only where the run's file does not describe itself, as those
            of earlier versions.
        limits: for the card, see `make_card`.
        root: folder for the models. Default None: the package's own.

    Returns:
        The model's folder, replaced as a whole where there was one.

    Raises:
        UserError: if the run has no model, or its data cannot be had.
    """
    results = run.read_results()
    # Without `compile` the optimiser's two slots a weight are left behind.
    model = checkpoints.load_model(run.model_path, compile=False)
    if "latents" not in model.info:
        config = run.read_config()
        train = load(config, ("train",)).splits["train"]
        model.info = describe_trained(model, train, config, results["data"])
    card = make_card(name, model.info, results, limits)
    folder = (Path(root).expanduser() if root else SHIPPED) / name
    _write(folder, model, card)
    return folder


def _write(folder: Path, model: SequenceModel, card: dict[str, Any]) -> None:
    """Write the three files aside, then put them in place together."""
    aside = folder.with_name(f"{files.TEMPORARY_PREFIX}{uuid.uuid4().hex[:8]}")
    aside.mkdir(parents=True)
    try:
        model.save(aside / MODEL_FILE)
        files.write_json(aside / "card.json", card)
        files.write_bytes(aside / "README.md", write_card(card).encode())
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
