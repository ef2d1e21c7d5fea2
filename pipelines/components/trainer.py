"""Trainer: calls what `python -m launch.train` calls, on the transformed examples."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.beam_settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Train, or go on from the last checkpoint in `model`.

    Args:
        inputs: `transformed`.
        outputs: `model`, the run's folder.
        parameters: `config`, the run's settings without its data; `strategy`, see
            `launch.strategy`.
        beam: not used.

    Returns:
        Steps, seconds and test metrics.

    Raises:
        UserError: see `launch.training.train`.
    """
    del beam
    from launch.runs import from_json
    from launch.training import train

    config = from_json({**parameters["config"], "data": {"prepared": str(inputs["transformed"])}})
    results = train(config, outputs["model"], strategy=parameters["strategy"])
    return {key: results[key] for key in ("steps", "seconds", "metrics", "versions")}
