"""Which split a model is judged by."""

from types import SimpleNamespace

import pytest

from datasets import judging
from datasets.judging import choose_judging_split
from launch.configs import get_config


@pytest.mark.parametrize(
    ("sizes", "streamed", "expected"),
    [
        ({"train": 16, "test": 4}, False, "validation"),  # of which two are lent
        ({"train": 15, "test": 4}, False, "test"),
        ({"train": 10**6, "test": 4}, True, "test"),
        ({"train": 10**6, "test": 4, "validation": 9}, True, "validation"),
    ],
)
def test_models_are_judged_by_what_they_need_not_be_trained_on(
    sizes, streamed, expected, monkeypatch
):
    splits = {name: SimpleNamespace(num_examples=n) for name, n in sizes.items()}
    builder = SimpleNamespace(info=SimpleNamespace(splits=splits))
    monkeypatch.setattr("tensorflow_datasets.builder_from_directory", lambda _: builder)
    stream = SimpleNamespace(n_gib=5.0 if streamed else 3.0)  # the limit is 4
    monkeypatch.setattr(judging, "open_stream", lambda *_: stream)
    assert choose_judging_split("folder", get_config("sps_ball")) == expected
