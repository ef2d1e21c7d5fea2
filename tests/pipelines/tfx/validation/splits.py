"""Statistics of values written down in a test, without Beam."""

import numpy as np
from tensorflow_data_validation.statistics.stats_impl import generate_statistics_in_memory
from tensorflow_data_validation.statistics.stats_options import StatsOptions
from tensorflow_metadata.proto.v0 import statistics_pb2

from pipelines.tfx.validation.statistics import to_record_batch
from pipelines.tfx.validation.statistics_files import statistics_path


def statistics_of(**splits):
    """Return the statistics of splits; each is {feature: [values of an example, or None]}."""
    return {name: _statistics(columns) for name, columns in splits.items()}


def _statistics(columns):
    n_rows = len(next(iter(columns.values())))
    rows = [
        {name: values[i] for name, values in columns.items() if values[i] is not None}
        for i in range(n_rows)
    ]
    kinds = {name: _kind(values) for name, values in columns.items()}
    return generate_statistics_in_memory(to_record_batch(rows, kinds), StatsOptions()).datasets[0]


def _kind(values):
    first = next(value[0] for value in values if value is not None)
    if isinstance(first, bytes):
        return bytes
    return np.int64 if isinstance(first, int) else np.float32


def write_statistics_of(folder, **splits):
    """Write the statistics of `statistics_of` where StatisticsGen would."""
    for name, dataset in statistics_of(**splits).items():
        listed = statistics_pb2.DatasetFeatureStatisticsList(datasets=[dataset])
        statistics_path(folder, name).write_bytes(listed.SerializeToString())
