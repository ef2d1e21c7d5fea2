"""From a run's config and the command line to what each component is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_collections import ConfigDict

from pipelines.tfx.orchestration.fingerprints import digest_path
from pipelines.tfx.validation.schemas import committed_schema
from sps_tf.errors import UserError
from sps_tf.runs.folder import to_json

# What a model must reach where the user says nothing: well above chance, and below what the
# `fast` preset reaches (docs/lab_book/ball.md).
_GATES = {
    "sps_ball": ("test/linear_projection_mse", 0.5),
    "sps_scale": ("test/pitch_r2", 0.95),
    "sps_melody": ("test/pitch_r2", 0.7),
    "kitti_masks": ("test/linear_projection_mse", 0.8),
}
_FALLBACK_GATE = ("test/self_recon_bce", 0.7)  # a constant grey picture has ln 2 = 0.693
# Options of the builders that name files or folders, whose content decides what comes out.
_PATH_OPTIONS = ("folder", "source_path", "soundfont_dir", "test_soundfont")


@dataclass(frozen=True)
class Settings:
    """What the command line says beside the run's config.

    Args:
        examples: folder of a prepared data set; empty: the data set is made.
        schema: file of the user's own schema; empty: the project's, or an inferred one.
        metric: the metric that decides; empty: the data set's usual one.
        limit: what it must reach; None: the usual one.
        tolerance: by how much it may be worse than the last blessed model's, at least 0.
        serving_dir: where blessed models go.
        strategy: see `sps_tf.training.strategy`.
    """

    examples: str
    schema: str
    metric: str
    limit: float | None
    tolerance: float
    serving_dir: Path
    strategy: str


def make_parameters(config: ConfigDict, settings: Settings) -> dict[str, dict[str, Any]]:
    """Return what each component is told, plain JSON values by the component's name.

    Args:
        config: the run's settings.
        settings: the rest.

    Returns:
        Name of a component -> its parameters.

    Raises:
        UserError: if the settings do not fit the data set, or a file is missing.
    """
    values = to_json(config)
    options = values.pop("data")
    return {
        "ExampleGen": _example_gen(config.dataset, options, settings.examples),
        "StatisticsGen": {},
        "SchemaGen": _schema_gen(config.dataset, settings.schema),
        "ExampleValidator": {},
        "Transform": {"front_end": config.front_end},
        "Trainer": {"config": values, "data": options, "strategy": settings.strategy},
        "Evaluator": _evaluator(config.dataset, settings),
        "Pusher": {"serving_dir": str(settings.serving_dir)},
    }


def _example_gen(dataset: str, options: dict[str, Any], examples: str) -> dict[str, Any]:
    if examples:
        return {"prepared": examples, "digest": _digest("--examples", examples)}
    digests = {
        name: _digest("--data" if name == "folder" else f"--config.data.{name}", options[name])
        for name in _PATH_OPTIONS
        if options.get(name)
    }
    return {"prepared": "", "dataset": dataset, "options": options, "digests": digests}


def _schema_gen(dataset: str, path: str) -> dict[str, Any]:
    """Add what the schema says, so that an edit of it is a new one; empty: it is inferred."""
    chosen = path or committed_schema(dataset)
    digest = _digest("--schema", chosen) if chosen else ""
    return {"dataset": dataset, "schema_path": path, "schema_digest": digest}


def _digest(flag: str, path: str | Path) -> str:
    """Return the digest of what a flag names."""
    if not Path(path).exists():
        raise UserError(f"{flag} names nothing that is there. Received: {path}")
    return digest_path(Path(path))


def _evaluator(dataset: str, settings: Settings) -> dict[str, Any]:
    metric, limit = _GATES.get(dataset.split("/")[0], _FALLBACK_GATE)
    if settings.metric and settings.metric != metric:
        metric = settings.metric
        if settings.limit is None:
            raise UserError(f"--limit is missing: what --metric={metric} must reach.")
    return {
        "metric": metric,
        "limit": limit if settings.limit is None else settings.limit,
        "higher_is_better": "r2" in metric,
        "tolerance": settings.tolerance,
    }
