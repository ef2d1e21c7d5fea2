import sys

import pytest

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.components import statistics_gen
from sps_tf.errors import UserError
from tests.pipelines.tfx.validation.poison import ball_examples


def test_makes_a_file_for_each_split_and_a_page(ball_data_dir, tmp_path):
    properties = statistics_gen.run(
        {"examples": ball_examples(ball_data_dir)},
        {"statistics": tmp_path},
        {},
        BeamSettings(),
    )
    assert properties["n_examples"] == {"train": 8, "test": 4}
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"train.pb", "test.pb", "statistics.html"}
    page = (tmp_path / "statistics.html").read_text()
    assert f"<h1>Statistics of {properties['data_set']}</h1>" in page
    assert "frames/mean" in page and "train: 8 examples" in page


def test_without_tfdv_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_data_validation", None)
    with pytest.raises(UserError, match=r"sps-tf\[pipeline\]"):
        statistics_gen.run({"examples": tmp_path}, {"statistics": tmp_path}, {}, BeamSettings())
