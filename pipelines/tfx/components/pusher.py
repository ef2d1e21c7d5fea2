"""Pusher: exports a blessed model to a serving folder."""

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.tfx.components.blessing import is_blessed, read_verdict
from sps_tf import files
from sps_tf.inference import export, load

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Export encoder and decoder, and put a copy into the serving folder in one move.

    Args:
        inputs: `model`; `blessing`.
        outputs: `pushed_model`: what `sps_tf.inference.export.export_model` writes, the functions
            as SavedModel among it.
        parameters: `serving_dir`; the copy is `<serving_dir>/<version>`, a number as TensorFlow
            Serving wants it.
        beam: not used.

    Returns:
        `pushed`; `destination` of the copy, or the reasons against it.
    """
    del beam
    if not is_blessed(inputs["blessing"]):
        reasons = read_verdict(inputs["blessing"])["reasons"]
        files.write_json(outputs["pushed_model"] / "NOT_PUSHED", reasons)
        print(f"Not pushed: {'; '.join(reasons)}.", flush=True)
        return {"pushed": False, "reasons": reasons}
    folder = outputs["pushed_model"]
    export.export_model(load(inputs["model"]), folder)
    destination = _push(folder, Path(parameters["serving_dir"]))
    print(f"Pushed to {destination}", flush=True)
    return {"pushed": True, "destination": str(destination)}


def _push(folder: Path, serving_dir: Path) -> Path:
    serving_dir.mkdir(parents=True, exist_ok=True)
    with files.hold(serving_dir / ".lock"):
        versions = [int(path.name) for path in serving_dir.iterdir() if path.name.isdecimal()]
        destination = serving_dir / str(max(versions, default=0) + 1)
        aside = serving_dir / f".tmp-{uuid.uuid4().hex[:8]}"
        try:
            shutil.copytree(folder, aside)
            aside.rename(destination)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    return destination
