"""What in the statistics of a data set does not fit its schema."""

import copy
import re
from collections.abc import Mapping
from typing import NamedTuple

from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

from pipelines.tfx.validation.statistics_files import DAMAGED, feature_name
from sps_tf.optional import require_module

Statistics = Mapping[str, statistics_pb2.DatasetFeatureStatistics]

TRAIN = "train"
# Chance alone makes finite splits differ: with n and m draws from one distribution, the
# Jensen-Shannon divergence over k buckets is about (1/n + 1/m) / (8 ln 2) bits times a chi-squared
# variable with k - 1 degrees of freedom. TFDV compares ten buckets with ten others, so k is 20 at
# most, and 99.9 % of the variable lies below 43.8: 7.9 after the division.
_CHANCE = 8.0
# TFDV adds it to every number.
_DIGITS = re.compile(r" ?\(up ?to six significant digits\)")


class Anomaly(NamedTuple):
    """One reason why a split does not fit the schema.

    Attributes:
        split: name of the split.
        feature: name of the feature, empty where the whole split is meant.
        reason: TFDV's name of the kind of anomaly, such as "FLOAT_TYPE_BIG_FLOAT".
        description: what was found, for people.
    """

    split: str
    feature: str
    reason: str
    description: str


def validate(
    statistics: Statistics, schema: schema_pb2.Schema
) -> dict[str, anomalies_pb2.Anomalies]:
    """Compare every split with the schema, and the others with the training split.

    Args:
        statistics: the statistics by split.
        schema: the schema; its skew comparators say how far a split may be from "train", beyond
            what chance makes of its size.

    Returns:
        TFDV's findings by split; differences from "train" are found in the other split.
    """
    tfdv = require_module("tensorflow_data_validation")
    without_skew = copy.deepcopy(schema)
    for feature in without_skew.feature:
        feature.ClearField("skew_comparator")
    found = {
        split: tfdv.validate_statistics(_listed(dataset), without_skew)
        for split, dataset in statistics.items()
    }
    for split, dataset in statistics.items():
        sizes = [statistics[name].num_examples for name in (TRAIN, split) if name in statistics]
        if split != TRAIN and len(sizes) == 2 and all(sizes):
            compared = tfdv.validate_statistics(
                _listed(statistics[TRAIN]),
                _allow_for_chance(schema, *sizes),
                serving_statistics=_listed(dataset),
            )
            _add_skew(found[split], compared)
    return found


def list_anomalies(
    found: Mapping[str, anomalies_pb2.Anomalies], statistics: Statistics
) -> list[Anomaly]:
    """List what was found, one reason an entry.

    Args:
        found: what `validate` returned.
        statistics: the statistics that it was given.

    Returns:
        The anomalies in the order of the splits, in each by the features' names.
    """
    listed = []
    for split, anomalies in found.items():
        if anomalies.data_missing:
            listed.append(Anomaly(split, "", "NO_DATA", "the split has no examples"))
            continue
        infos = [("", anomalies.dataset_anomaly_info), *sorted(anomalies.anomaly_info.items())]
        for key, info in infos:
            feature = info.path.step[0] if info.path.step else key
            if feature.endswith(f"/{DAMAGED}"):
                listed.append(_damage(split, feature, statistics[split]))
                continue
            for reason in info.reason:
                name = anomalies_pb2.AnomalyInfo.Type.Name(reason.type)
                text = _DIGITS.sub("", reason.description or reason.short_description)
                listed.append(Anomaly(split, feature, name, text.strip().rstrip(".")))
    return listed


def distances(
    found: Mapping[str, anomalies_pb2.Anomalies],
) -> dict[str, dict[str, float]]:
    """Return how far each split is from the training split.

    Args:
        found: what `validate` returned.

    Returns:
        The distance by split and feature, where the schema has a comparator.
    """
    return {
        split: {
            info.path.step[0]: measurement.value
            for info in anomalies.drift_skew_info
            for measurement in info.skew_measurements
        }
        for split, anomalies in found.items()
        if anomalies.drift_skew_info
    }


def _allow_for_chance(schema: schema_pb2.Schema, n_train: int, n_other: int) -> schema_pb2.Schema:
    """Raise the thresholds by what chance makes of splits of these sizes.

    The values of one example are taken for a single draw, for they may depend on each other.
    """
    raised = copy.deepcopy(schema)
    for feature in raised.feature:
        if feature.skew_comparator.HasField("jensen_shannon_divergence"):
            divergence = feature.skew_comparator.jensen_shannon_divergence
            divergence.threshold += _CHANCE * (1 / n_train + 1 / n_other)
    return raised


def _add_skew(found: anomalies_pb2.Anomalies, compared: anomalies_pb2.Anomalies) -> None:
    """Add the differences from the training split, and how large they are, to a split's findings.

    `compared` also holds what is wrong with the training split by itself.
    """
    found.drift_skew_info.extend(compared.drift_skew_info)
    for key, info in compared.anomaly_info.items():
        for reason in info.reason:
            if anomalies_pb2.AnomalyInfo.Type.Name(reason.type).startswith("COMPARATOR_"):
                found.anomaly_info[key].path.CopyFrom(info.path)
                found.anomaly_info[key].reason.append(reason)


def _damage(split: str, feature: str, dataset: statistics_pb2.DatasetFeatureStatistics) -> Anomaly:
    """Word what `summaries` counted; to TFDV it is just a feature that the schema lacks."""
    stats = next(f.num_stats for f in dataset.features if feature_name(f) == feature)
    n_values = round(stats.mean * stats.common_stats.tot_num_values)
    n_examples = stats.common_stats.num_non_missing
    return Anomaly(
        split,
        feature.removesuffix(f"/{DAMAGED}"),
        "DAMAGED",
        "does not decode to the type and shape in features.json "
        f"(values: {n_values}, examples: {n_examples})",
    )


def _listed(
    dataset: statistics_pb2.DatasetFeatureStatistics,
) -> statistics_pb2.DatasetFeatureStatisticsList:
    """Wrap the statistics of a split as TFDV takes them."""
    return statistics_pb2.DatasetFeatureStatisticsList(datasets=[dataset])
