import pytest
import tensorflow_datasets as tfds

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.components import example_gen
from sps_tf.errors import UserError

BALL = {"n_train": 3, "n_test": 2, "seed": 0}


def run(target, **parameters):
    target.mkdir(parents=True, exist_ok=True)
    told = {"prepared": "", "dataset": "sps_ball", "options": BALL} | parameters
    return example_gen.run({}, {"examples": target}, told, BeamSettings())


def test_a_data_set_is_made_and_can_be_opened_where_it_is(tmp_path):
    told = run(tmp_path / "work" / "examples")
    assert told["n_examples"] == {"train": 3, "test": 2}
    assert told["name"].startswith("sps_ball/green_train3_test2_seed0/")
    builder = tfds.builder_from_directory(tmp_path / "work" / "examples")
    assert len(list(builder.as_dataset(split="train"))) == 3
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["examples"]


def test_a_prepared_data_set_is_taken_as_it_is(tmp_path):
    run(tmp_path / "first")
    told = run(tmp_path / "second", prepared=str(tmp_path / "first"))
    assert told["n_examples"] == {"train": 3, "test": 2}
    files = [
        {p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("first", "second")
    ]
    assert files[0] == files[1]


def test_a_folder_that_is_no_data_set_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"dataset_info\.json"):
        run(tmp_path / "target", prepared=str(tmp_path))
