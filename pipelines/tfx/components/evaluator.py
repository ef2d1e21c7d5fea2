"""Evaluator: measures the saved model, and blesses it or not."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasets.loading import load_data
from pipelines.tfx.components.blessing import write_verdict
from sps_tf import files
from sps_tf.errors import UserError
from sps_tf.evaluation import Report, make_report, save_report
from sps_tf.runs import checkpoints
from sps_tf.runs.folder import Run

if TYPE_CHECKING:
    from pipelines.beam.settings import BeamSettings


def run(
    inputs: Mapping[str, Path],
    outputs: Mapping[str, Path],
    parameters: Mapping[str, Any],
    beam: "BeamSettings",
) -> dict[str, Any]:
    """Evaluate the model, and the last blessed one on the same data where there is one.

    The verdict rests on the split that Trainer has held out, the validation split where there is
    one. The test split is looked at once, for the report, and decides nothing.

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
    split = Run(inputs["model"]).read_config().evaluation.split
    report = _evaluate(inputs["model"], inputs["transformed"], "test")
    save_report(report, outputs["evaluation"])
    files.write_json(outputs["evaluation"] / "metrics.json", report.metrics)
    test_value = _pick(report, parameters["metric"])
    if split != "test":
        report = _evaluate(inputs["model"], inputs["transformed"], split)
    value = _pick(report, parameters["metric"])
    baseline = None
    if "baseline" in inputs:
        held = _evaluate(inputs["baseline"], inputs["transformed"], split)
        baseline = held.metrics.get(parameters["metric"])
    reasons = judge(value, baseline, parameters)
    verdict = {
        "blessed": not reasons,
        "metric": parameters["metric"],
        "split": split,
        "value": value,
        "test_value": test_value,
        "limit": parameters["limit"],
        "baseline": baseline,
        "reasons": reasons,
    }
    write_verdict(outputs["blessing"], verdict)
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


def _evaluate(model_folder: Path, transformed: Path, split: str) -> Report:
    run = Run(model_folder)
    config = run.read_config()
    config.evaluation.split = split
    data = load_data(config, (split,), examples=transformed)
    model = checkpoints.load_model(run.model_path)
    return make_report(model, data.splits[split], config, data.probes)


def _pick(report: Report, metric: str) -> float:
    if metric not in report.metrics:
        raise UserError(
            f"--metric must be one of the model's: {', '.join(sorted(report.metrics))}. "
            f"Received: {metric!r}"
        )
    return report.metrics[metric]
