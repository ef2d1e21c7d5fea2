"""Accumulators that travel between programs: what comes back, and what is refused."""

import pickle

import numpy as np
import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from pipelines.tfx.validation import partials
from pipelines.tfx.validation.statistics import Statistics, to_record_batch
from sps_tf.errors import UserError


class Touch:
    """A pickle of it makes a file where it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def some_statistics(start):
    rows = [
        {"x": np.array([n, n / 3], np.float32), "n": np.array([n]), "text": [b"%d" % (n % 7)]}
        for n in range(start, start + 300)
    ]
    statistics = Statistics()
    statistics.add(to_record_batch(rows, {"x": np.float32, "n": np.int64, "text": bytes}))
    return statistics


def test_merged_parts_are_those_that_no_file_has_held():
    merged = Statistics()
    for start in (0, 300):
        merged.add_partial(some_statistics(start).to_partial())
    (dataset,) = statistics_pb2.DatasetFeatureStatisticsList.FromString(merged.to_proto()).datasets
    by_name = {feature.path.step[0]: feature for feature in dataset.features}
    assert dataset.num_examples == 600
    values = np.concatenate([[n, np.float32(n / 3)] for n in range(600)]).astype(np.float64)
    assert by_name["x"].num_stats.mean == pytest.approx(values.mean())
    assert by_name["x"].num_stats.std_dev == pytest.approx(values.std())
    assert (by_name["n"].num_stats.min, by_name["n"].num_stats.max) == (0, 599)
    assert by_name["text"].string_stats.unique == 7


def test_a_partial_that_would_call_something_is_refused_and_calls_nothing(tmp_path):
    with pytest.raises(UserError, match=r"damaged.*Received: (io|_io)\.open"):
        partials.unpack(pickle.dumps([Touch(tmp_path / "called")]))
    assert not (tmp_path / "called").exists()


@pytest.mark.parametrize(
    "content",
    [
        # A name with dots reaches through an admitted module.
        b"\x80\x04\x8c\x05numpy\x8c\x0ddtype.__doc__\x93.",
        b"cos\nsystem\n(S'true'\ntR.",
        b"cnumpy\nload\n.",
        b"",
        b"\x80\x04K\x05.",
    ],
)
def test_other_names_and_damaged_bytes_are_one_line(content):
    with pytest.raises(UserError, match="damaged; run the same command again") as caught:
        partials.unpack(content)
    assert "\n" not in str(caught.value)
