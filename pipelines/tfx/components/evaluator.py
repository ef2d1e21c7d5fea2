"""Evaluator: measures the saved model, and blesses it or not."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sps_tf import files
from sps_tf.errors import UserError

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings
    from sps_tf.evaluation import Report

BLESSED, NOT_BLESSED = "BLESSED", "NOT_BLESSED"


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Evaluate the model, and the last blessed one on the same data where there is one.

    Args:
        inputs: `model`, a run's folder; `transformed`; `baseline`, the folder of the last
            blessed model, where there is one.
        outputs: `evaluation`: metrics, pictures, sounds; `blessing`: a file `BLESSED` or
            `NOT_BLESSED` with the reasons.
        parameters: `metric`; `limit`, which the metric must reach; `higher_is_better`;
            `tolerance`, by how much it may be worse than the baseline's.
        beam: not used.

    Returns:
        The verdict and what it rests on.

    Raises:
        UserError: if the metric is not one of the model's.
    """
    del beam
    from sps_tf.evaluation import save_report

    report = _evaluate(inputs["model"], inputs["transformed"])
    save_report(report, outputs["evaluation"])
    files.write_json(outputs["evaluation"] / "metrics.json", report.metrics)
    value = _pick(report, parameters["metric"])
    baseline = None
    if "baseline" in inputs:
        held = _evaluate(inputs["baseline"], inputs["transformed"])
        baseline = held.metrics.get(parameters["metric"])
    reasons = judge(value, baseline, parameters)
    verdict = {
        "blessed": not reasons,
        "metric": parameters["metric"],
        "value": value,
        "limit": parameters["limit"],
        "baseline": baseline,
        "reasons": reasons,
    }
    files.write_json(outputs["blessing"] / (NOT_BLESSED if reasons else BLESSED), verdict)
    print("Blessed." if not reasons else f"Not blessed: {'; '.join(reasons)}.", flush=True)
    return verdict


def judge(value: float, baseline: float | None, parameters: Mapping[str, Any]) -> list[str]:
    """Say what speaks against a model.

    Args:
        value: its metric.
        baseline: that of the last blessed model, or None.
        parameters: as for `run`.

    Returns:
        Reasons; none where it may be blessed.
    """
    sign = 1.0 if parameters["higher_is_better"] else -1.0
    word = "below" if parameters["higher_is_better"] else "above"
    metric, limit = parameters["metric"], parameters["limit"]
    reasons = []
    # Written so that NaN is a reason.
    if not sign * value >= sign * limit:
        reasons.append(f"{metric} is {value:.4g}, {word} the limit {limit:g}")
    if baseline is not None and not sign * value >= sign * baseline - parameters["tolerance"]:
        reasons.append(f"{metric} is {value:.4g}, the last blessed model has {baseline:.4g}")
    return reasons


def is_blessed(folder: Path) -> bool:
    """Tell whether a `blessing` folder holds a blessing."""
    return (folder / BLESSED).is_file()


def read_verdict(folder: Path) -> dict[str, Any]:
    """Return what a `blessing` folder holds."""
    path = folder / (BLESSED if is_blessed(folder) else NOT_BLESSED)
    return json.loads(path.read_text(encoding="utf-8"))


def _evaluate(model_folder: Path, transformed: Path) -> "Report":
    from datasets.loading import load_data
    from sps_tf.evaluation import make_report
    from sps_tf.runs import checkpoints
    from sps_tf.runs.folder import Run

    run = Run(model_folder)
    config = run.read_config()
    split = config.evaluation.split
    data = load_data(config, (split,), examples=transformed)
    model = checkpoints.load_model(run.model_path)
    return make_report(model, data.splits[split], config, data.probes)


def _pick(report: "Report", metric: str) -> float:
    if metric not in report.metrics:
        raise UserError(
            f"--metric must be one of the model's: {', '.join(sorted(report.metrics))}. "
            f"Received: {metric!r}"
        )
    return report.metrics[metric]
