"""Trainer: calls what `python -m launch.train` calls, on the transformed examples."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets.judging import choose_judging_split
from datasets.loading import load_data
from sps_tf.runs.folder import Run, from_json
from sps_tf.training.trainer import train

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Train, or go on from the last checkpoint in `model`.

    The model never sees what it is blessed by: the validation split, where the data have one or
    can lend one.

    Args:
        inputs: `transformed`.
        outputs: `model`, the run's folder.
        parameters: `config`, the run's settings but for its `data`, which stand apart because
            the examples are made already; `strategy`, see `sps_tf.training.strategy`.
        beam: not used.

    Returns:
        Steps, seconds and test metrics.

    Raises:
        UserError: see `sps_tf.training.trainer.train`.
    """
    del beam
    config = from_json(parameters["config"] | {"data": parameters["data"]})
    held = Run(outputs["model"])
    if held.has_config():
        # A run that was stopped keeps its own: they made the same examples.
        config.data = held.read_config().data
    config.evaluation.split = choose_judging_split(inputs["transformed"], config)
    load = functools.partial(load_data, examples=inputs["transformed"])
    results = train(config, outputs["model"], load, parameters["strategy"])
    return {key: results[key] for key in ("steps", "seconds", "metrics", "versions")}
