import json

import pytest

from launch.configs import get_config
from pipelines.tfx.components import evaluator
from pipelines.tfx.components.blessing import is_blessed
from pipelines.tfx.components.evaluator import judge
from sps_tf.evaluation import Report
from sps_tf.runs.folder import Run

LOW = {"metric": "mse", "limit": 0.5, "higher_is_better": False, "tolerance": 0.02}
HIGH = {"metric": "r2", "limit": 0.9, "higher_is_better": True, "tolerance": 0.02}


@pytest.mark.parametrize(
    ("value", "baseline", "parameters", "n_reasons"),
    [
        (0.4, None, LOW, 0),
        (0.5, None, LOW, 0),
        (0.51, None, LOW, 1),
        (0.4, 0.39, LOW, 0),
        (0.4, 0.37, LOW, 1),
        (0.6, 0.37, LOW, 2),
        (0.95, None, HIGH, 0),
        (0.89, None, HIGH, 1),
        (0.95, 0.96, HIGH, 0),
        (0.95, 0.98, HIGH, 1),
        (float("nan"), None, LOW, 1),
        (float("nan"), 0.4, HIGH, 2),
    ],
)
def test_a_model_must_reach_the_limit_and_the_last_blessed_one(
    value, baseline, parameters, n_reasons
):
    assert len(judge(value, baseline, parameters)) == n_reasons


def test_reasons_name_metric_value_and_limit():
    assert judge(0.6, 0.3, LOW) == [
        "mse is 0.6, above the limit 0.5",
        "mse is 0.6, the last blessed model has 0.3",
    ]
    assert judge(0.6, None, HIGH) == ["r2 is 0.6, below the limit 0.9"]


@pytest.mark.parametrize(("on_validation", "on_test"), [(0.4, 0.9), (0.9, 0.4)])
def test_the_validation_split_decides_and_the_test_split_is_looked_at_once(
    monkeypatch, tmp_path, on_validation, on_test
):
    values, looks = {"validation": on_validation, "test": on_test}, []

    def evaluate(folder, transformed, split):
        looks.append(split)
        return Report({"mse": values[split]})

    monkeypatch.setattr(evaluator, "_evaluate", evaluate)
    folders = {name: tmp_path / name for name in ("model", "evaluation", "blessing")}
    for folder in folders.values():
        folder.mkdir()
    config = get_config("sps_ball", preset="debug")
    config.evaluation.split = "validation"
    Run(folders["model"]).write_config(config)
    inputs = {"model": folders["model"], "transformed": tmp_path}
    verdict = evaluator.run(inputs, folders, LOW, None)
    assert sorted(looks) == ["test", "validation"]
    assert is_blessed(folders["blessing"]) == verdict["blessed"] == (on_validation < 0.5)
    assert verdict["test_value"] == on_test
    assert json.loads((folders["evaluation"] / "metrics.json").read_text()) == {"mse": on_test}
