from pathlib import Path

import pytest

from launch.configs import get_config
from pipelines.tfx.orchestration.component import COMPONENTS
from pipelines.tfx.orchestration.settings import Settings, make_parameters
from sps_tf.errors import UserError


def settings(**changes):
    values = {
        "examples": "",
        "schema": "",
        "metric": "",
        "limit": None,
        "tolerance": 0.0,
        "serving_dir": Path("/serving"),
        "strategy": "one_device",
    }
    return Settings(**values | changes)


def told(dataset="sps_ball", method="sps", **changes):
    return make_parameters(get_config(dataset, method, "debug", 0), settings(**changes))


def test_every_component_is_told_something():
    assert set(told()) == {component.name for component in COMPONENTS}


def test_a_change_of_the_training_leaves_the_data_as_they_are():
    config = get_config("sps_ball", "sps", "debug", 0)
    first = make_parameters(config, settings())
    config.steps = 10
    second = make_parameters(config, settings())
    assert [name for name in first if first[name] != second[name]] == ["Trainer"]


def test_a_change_of_the_data_is_but_noted_by_the_trainer():
    config = get_config("sps_ball", "sps", "debug", 0)
    first = make_parameters(config, settings())
    config.data.n_train = 9
    second = make_parameters(config, settings())
    changed = {
        (component.name, key)
        for component in COMPONENTS
        for key in first[component.name]
        if first[component.name][key] != second[component.name][key]
    }
    assert changed == {("ExampleGen", "options"), ("Trainer", "data")}
    assert next(c for c in COMPONENTS if c.name == "Trainer").noted == ("data",)


@pytest.mark.parametrize(
    ("dataset", "method", "front_end"),
    [("sps_ball", "sps", ""), ("sps_scale", "sps_k0", "stft"), ("sps_scale", "spice", "cqt")],
)
def test_sound_becomes_the_frames_that_the_method_reads(dataset, method, front_end):
    assert told(dataset, method)["Transform"] == {"front_end": front_end}


def test_a_prepared_data_set_is_known_by_its_content(tmp_path):
    (tmp_path / "file").write_text("1")
    first = told(examples=str(tmp_path))["ExampleGen"]
    (tmp_path / "file").write_text("2")
    assert first["prepared"] == str(tmp_path)
    assert told(examples=str(tmp_path))["ExampleGen"]["digest"] != first["digest"]


def test_a_source_file_is_known_by_its_content(tmp_path):
    config = get_config("sps_melody", "sps", "debug", 0)
    config.data.source_path = str(tmp_path / "tunes.zip")
    (tmp_path / "tunes.zip").write_text("1")
    first = make_parameters(config, settings())["ExampleGen"]["digests"]
    (tmp_path / "tunes.zip").write_text("2")
    second = make_parameters(config, settings())["ExampleGen"]["digests"]
    assert set(first) == {"source_path"} and first != second


@pytest.mark.parametrize("flag", ["examples", "schema"])
def test_a_path_that_is_not_there_is_refused(flag):
    with pytest.raises(UserError, match=f"--{flag} names nothing that is there"):
        told(**{flag: "/no/such/file"})


def test_a_folder_of_ones_own_is_known_by_its_content(tmp_path):
    config = get_config("video_folder", "sps", "debug", 0)
    config.data.folder = str(tmp_path)
    digests = []
    for content in ("1", "2", "2"):
        (tmp_path / "video.mp4").write_text(content)
        digests.append(make_parameters(config, settings())["ExampleGen"]["digests"])
    assert digests[0].keys() == {"folder"}
    assert digests[0] != digests[1] == digests[2]


def test_a_folder_of_ones_own_that_is_not_there_is_refused():
    config = get_config("video_folder", "sps", "debug", 0)
    config.data.folder = "/no/such/folder"
    with pytest.raises(UserError, match="--data names nothing that is there"):
        make_parameters(config, settings())


def test_an_edit_of_the_schema_at_hand_is_a_new_one(tmp_path, monkeypatch):
    first = told("sps_ball")["SchemaGen"]
    assert first["schema_path"] == "" and first["schema_digest"]
    other = tmp_path / "sps_ball.pbtxt"
    other.write_text("# Edited.")
    monkeypatch.setattr("pipelines.tfx.validation.schemas._FOLDER", tmp_path)
    assert told("sps_ball")["SchemaGen"]["schema_digest"] != first["schema_digest"]
    assert told("sps_scale")["SchemaGen"]["schema_digest"] == ""
    assert told("sps_scale", schema=str(other))["SchemaGen"]["schema_digest"]


def test_the_usual_metric_decides_unless_another_is_named():
    assert told()["Evaluator"]["metric"] == "test/linear_projection_mse"
    assert not told()["Evaluator"]["higher_is_better"]
    sound = told("sps_scale", limit=0.5, tolerance=0.1)["Evaluator"]
    assert sound == {
        "metric": "test/pitch_r2",
        "limit": 0.5,
        "higher_is_better": True,
        "tolerance": 0.1,
    }
    with pytest.raises(UserError, match="--limit is missing"):
        told(metric="test/prior_mse")
