"""Findings by split, feature and reason; skew beyond what chance makes."""

import numpy as np
import pytest
from google.protobuf import text_format
from tensorflow_metadata.proto.v0 import schema_pb2

from pipelines.tfx.validation.anomalies import distances, list_anomalies, validate
from tests.pipelines.tfx.validation.splits import statistics_of

SCHEMA = """
feature {
  name: "height"
  type: FLOAT
  presence { min_fraction: 1.0 }
  value_count { min: 2 max: 2 }
  float_domain { min: 0.0 max: 10.0 disallow_nan: true disallow_inf: true }
  skew_comparator { jensen_shannon_divergence { threshold: 0.05 } }
}
"""


def heights(n_examples, seed, low=0.0, high=10.0):
    return list(np.random.default_rng(seed).uniform(low, high, (n_examples, 2)))


def find(schema=SCHEMA, **splits):
    statistics = statistics_of(**splits)
    found = validate(statistics, text_format.Parse(schema, schema_pb2.Schema()))
    return found, list_anomalies(found, statistics)


def test_splits_that_fit_have_no_anomalies():
    found, listed = find(train={"height": heights(400, 0)}, test={"height": heights(400, 1)})
    assert listed == []
    assert 0 < distances(found)["test"]["height"] < 0.05


@pytest.mark.parametrize(
    ("values", "reason", "word"),
    [
        ([[1.0, 250.0]], "FLOAT_TYPE_BIG_FLOAT", "250"),
        ([[1.0, -0.5]], "FLOAT_TYPE_SMALL_FLOAT", "-0.5"),
        ([[1.0, 2.0], None], "FEATURE_TYPE_LOW_FRACTION_PRESENT", "fewer"),
        ([[1.0, 2.0], [1.0]], "FEATURE_TYPE_LOW_NUMBER_VALUES", "fewer"),
        ([[1.0, float("nan")]], "FLOAT_TYPE_HAS_NAN", "NaN"),
        ([[1.0, float("inf")]], "FLOAT_TYPE_HAS_INF", "Inf"),
    ],
)
def test_anomaly_is_named_in_its_own_split(values, reason, word):
    fine = heights(3, 0)
    _, listed = find(train={"height": fine}, test={"height": fine + values})
    named = {(entry.split, entry.feature, entry.reason): entry.description for entry in listed}
    assert word in named["test", "height", reason]
    assert {entry.split for entry in listed} == {"test"}


def test_feature_that_no_example_has_is_named():
    _, listed = find(train={"weight": [[1.0]]})
    assert {(entry.feature, entry.reason) for entry in listed} == {
        ("height", "SCHEMA_MISSING_COLUMN"),
        ("weight", "SCHEMA_NEW_COLUMN"),
    }


def test_damage_is_counted():
    train = {"height": heights(3, 0), "height/damaged": [None, [2], [1]]}
    _, (entry,) = find(train=train)
    assert (entry.split, entry.feature, entry.reason) == ("train", "height", "DAMAGED")
    assert entry.description.endswith("(values: 3, examples: 2)")


def test_other_distribution_is_found_in_the_other_split():
    found, listed = find(
        train={"height": heights(400, 0)}, test={"height": heights(400, 1, high=5.0)}
    )
    (entry,) = listed
    assert (entry.split, entry.feature) == ("test", "height")
    assert entry.reason == "COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH"
    assert distances(found)["test"]["height"] > 0.2


def test_training_splits_own_anomaly_is_not_told_again_for_the_others():
    _, listed = find(
        train={"height": [*heights(50, 0), [1.0, 12.0]]},
        validation={"height": heights(50, 1)},
        test={"height": heights(50, 2)},
    )
    assert [(entry.split, entry.reason) for entry in listed] == [("train", "FLOAT_TYPE_BIG_FLOAT")]


@pytest.mark.parametrize(("n_train", "n_test"), [(8, 4), (25, 25), (100, 100), (400, 50)])
def test_chance_alone_is_no_skew_whatever_the_size(n_train, n_test):
    for seed in range(5):
        train = [[value] * 2 for value in np.random.default_rng(seed).uniform(0, 10, n_train)]
        test = [[value] * 2 for value in np.random.default_rng(seed + 99).uniform(0, 10, n_test)]
        _, listed = find(train={"height": train}, test={"height": test})
        assert listed == []


def test_data_without_training_split_are_compared_with_the_schema_alone():
    found, listed = find(all={"height": [[1.0, 11.0]]})
    assert [entry.split for entry in listed] == ["all"]
    assert distances(found) == {}
