"""Clean data pass; poisoned data are stopped by the name of the split and the feature."""

import json
import sys

import pytest

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.components import example_validator, schema_gen, statistics_gen
from sps_tf.errors import UserError
from tests.pipelines.tfx.validation import poison
from tests.pipelines.tfx.validation.splits import write_statistics_of


def check(examples, work, dataset="sps_ball"):
    """Run the three components as the pipeline does."""
    folders = {name: work / name for name in ("statistics", "schema", "anomalies")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    beam, parameters = BeamSettings(), {"dataset": dataset}
    statistics_gen.run({"examples": examples}, folders, parameters, beam)
    schema_gen.run(folders, folders, parameters, beam)
    return example_validator.run(folders, folders, {}, beam)


def test_clean_data_pass(ball_data_dir, tmp_path):
    properties = check(poison.ball_examples(ball_data_dir), tmp_path)
    assert properties["n_anomalies"] == 0
    assert 0 < properties["skew"]["test"]["position/0"] < 1
    assert json.loads((tmp_path / "anomalies/anomalies.json").read_text()) == []
    assert (tmp_path / "anomalies/train.pbtxt").exists()


@pytest.mark.parametrize(
    ("change", "split", "records", "feature", "reason"),
    [
        (poison.in_centimetres, "train", None, "position/0", "FLOAT_TYPE_BIG_FLOAT"),
        (poison.black_frame, "test", {1}, "frames/mean", "FLOAT_TYPE_SMALL_FLOAT"),
        (
            poison.without_velocity,
            "train",
            {0, 5},
            "velocity/2",
            "FEATURE_TYPE_LOW_FRACTION_PRESENT",
        ),
        (poison.truncated_frame, "train", {7}, "frames", "DAMAGED"),
    ],
    ids=["positions_in_centimetres", "one_black_frame", "missing_feature", "truncated_frame"],
)
def test_poison_is_named(change, split, records, feature, reason, ball_data_dir, tmp_path):
    clean = poison.ball_examples(ball_data_dir)
    examples = poison.poisoned(clean, tmp_path / "data", split, change, records)
    with pytest.raises(UserError, match="do not fit the schema") as caught:
        check(examples, tmp_path)
    message = str(caught.value)
    assert f"{split}: {feature}: " in message
    assert "(--schema)" in message and "\n" not in message
    listed = json.loads((tmp_path / "anomalies/anomalies.json").read_text())
    found = {(entry["split"], entry["feature"], entry["reason"]) for entry in listed}
    assert (split, feature, reason) in found
    assert {entry["split"] for entry in listed} == {split}
    assert {entry["feature"].split("/")[0] for entry in listed} == {feature.split("/")[0]}


def test_unknown_data_set_is_held_to_what_its_training_split_shows(ball_data_dir, tmp_path):
    clean = poison.ball_examples(ball_data_dir)
    examples = poison.poisoned(clean, tmp_path / "data", "test", poison.without_velocity, {0})
    with pytest.raises(UserError, match="schema: test: velocity/0: "):
        check(examples, tmp_path, "my_balls")
    listed = json.loads((tmp_path / "anomalies/anomalies.json").read_text())
    assert {entry["feature"] for entry in listed} == {"velocity/0", "velocity/1", "velocity/2"}


def test_many_anomalies_are_counted(tmp_path):
    schema = tmp_path / "schema.pbtxt"
    names = [f"f{number}" for number in range(8)]
    schema.write_text("".join(f'feature {{ name: "{name}" type: FLOAT }}\n' for name in names))
    write_statistics_of(tmp_path, train={name: [[b"text"]] for name in names})
    folders = dict.fromkeys(("statistics", "schema", "anomalies"), tmp_path)
    with pytest.raises(UserError, match=r"f4: .*; and 3 more\. ") as caught:
        example_validator.run(folders, folders, {}, BeamSettings())
    assert "f5" not in str(caught.value)


def test_without_tfdv_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_data_validation", None)
    folders = dict.fromkeys(("statistics", "schema", "anomalies"), tmp_path)
    with pytest.raises(UserError, match=r"sps-tf\[pipeline\]"):
        example_validator.run(folders, folders, {}, BeamSettings())
