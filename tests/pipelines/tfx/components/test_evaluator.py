import pytest

from pipelines.tfx.components.evaluator import judge

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
