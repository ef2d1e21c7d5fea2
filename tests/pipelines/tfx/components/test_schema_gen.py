import sys

import pytest

from pipelines.tfx.components import schema_gen
from pipelines.tfx.validation.schemas import committed_schema, read_schema
from sps_tf.errors import UserError
from tests.pipelines.tfx.validation.splits import write_statistics_of


def make(tmp_path, **parameters):
    """Run the component; the statistics, if any, are in `tmp_path`."""
    output = tmp_path / "schema"
    output.mkdir()
    properties = schema_gen.run({"statistics": tmp_path}, {"schema": output}, parameters, None)
    return properties, output / "schema.pbtxt"


def test_data_set_of_the_project_gets_its_reviewed_schema_with_the_comments(tmp_path):
    properties, path = make(tmp_path, dataset="sps_scale/instruments")
    assert properties == {"source": "committed", "n_features": 6}
    assert path.read_bytes() == committed_schema("sps_scale").read_bytes()


def test_unknown_data_set_gets_an_inferred_schema_and_says_so(tmp_path):
    write_statistics_of(tmp_path, train={"height": [[1.0, 2.0]]}, test={"height": [[1.0]]})
    properties, path = make(tmp_path, dataset="my_data")
    assert properties == {"source": "inferred", "n_features": 1}
    assert read_schema(path).feature[0].shape.dim[0].size == 2


def test_users_own_schema_comes_first(tmp_path):
    own = tmp_path / "own.pbtxt"
    own.write_text('# Mine.\nfeature { name: "height" type: FLOAT }\n')
    properties, path = make(tmp_path, dataset="sps_ball", schema_path=str(own))
    assert properties == {"source": "user", "n_features": 1}
    assert path.read_text() == own.read_text()


def test_nothing_to_infer_from_is_told(tmp_path):
    write_statistics_of(tmp_path, all={"height": [[1.0]]})
    with pytest.raises(UserError, match=r"--schema\. Received the splits: all"):
        make(tmp_path, dataset="my_data")


def test_inferring_without_tfdv_says_how_to_get_it(tmp_path, monkeypatch):
    write_statistics_of(tmp_path, train={"height": [[1.0, 2.0]]})
    monkeypatch.setitem(sys.modules, "tensorflow_data_validation", None)
    with pytest.raises(UserError, match=r"sps-tf\[pipeline\]"):
        make(tmp_path, dataset="my_data")
