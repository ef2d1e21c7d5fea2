import json

import pytest

from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.runs.folder import RESULT_KEYS, Run, make_source_absolute, to_json


@pytest.fixture
def config():
    return get_config("sps_ball", "sps", "debug", 0)


def test_config_comes_back_equal_and_locked(tmp_path, config):
    with Run(tmp_path / "new" / "run") as run:
        run.check_config(config)
        run.write_config(config)
        run.check_config(config)
    held = Run(run.workdir).read_config()
    assert held.is_locked
    assert json.loads(held.to_json()) == json.loads(config.to_json())


def test_other_settings_are_refused_and_each_is_named_with_both_values(tmp_path, config):
    with Run(tmp_path) as run:
        run.write_config(config)
        other = get_config("sps_ball", "sps", "debug", 0)
        other.steps = 10
        other.model.encoder.filters = (2, 4)
        with pytest.raises(UserError, match="other settings") as refused:
            run.check_config(other)
    assert "steps is 8 there, 10 here" in str(refused.value)
    assert "model.encoder.filters is [2, 4, 8] there, [2, 4] here" in str(refused.value)
    assert "seed" not in str(refused.value)


def test_fields_of_another_version_are_named(tmp_path, config):
    with Run(tmp_path) as run:
        run.write_config(config)
        path = tmp_path / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "old_field": 1}))
        with pytest.raises(UserError, match="old_field is 1 there, absent here"):
            run.check_config(config)


def test_second_process_in_one_folder_is_refused(tmp_path):
    with Run(tmp_path), pytest.raises(UserError, match="Another process"), Run(tmp_path):
        pass
    with Run(tmp_path):
        pass


def test_checkpoints_without_settings_are_refused(tmp_path, config):
    with Run(tmp_path) as run:
        run.checkpoints.mkdir()
        (run.checkpoints / "step_00000004.keras").write_bytes(b"")
        with pytest.raises(UserError, match=r"no config\.json"):
            run.check_config(config)


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_damaged_config_is_refused(tmp_path, config, content):
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(UserError, match=r"config\.json"):
        Run(tmp_path).read_config()
    with pytest.raises(UserError, match=r"config\.json"):
        Run(tmp_path).check_config(config)


def test_folder_that_is_no_run_has_no_config(tmp_path):
    with pytest.raises(UserError, match="not the folder of a run"):
        Run(tmp_path).read_config()


def test_results_are_the_mark_of_a_finished_run(tmp_path):
    run = Run(tmp_path)
    assert run.read_results() is None
    results = dict.fromkeys(RESULT_KEYS, 0)
    run.write_results(results)
    assert run.read_results() == results
    (tmp_path / "results.json").write_text('{"steps": 8}')
    with pytest.raises(UserError, match="lacks dataset, method"):
        run.read_results()


def test_results_have_exactly_their_keys(tmp_path):
    with pytest.raises(ValueError, match="need the keys"):
        Run(tmp_path).write_results({**dict.fromkeys(RESULT_KEYS, 0), "more": 1})


def test_progress_is_that_last_told_and_a_damaged_file_tells_nothing(tmp_path):
    run = Run(tmp_path)
    assert run.read_progress() is None
    run.write_progress("start", 0)
    run.write_progress("training", 20)
    assert run.read_progress() == ("training", 20)
    for damaged in ("{", "[]", '{"stage": "training"}'):
        run.progress_path.write_text(damaged)
        assert run.read_progress() is None


def test_source_is_named_the_same_from_every_folder(tmp_path, monkeypatch):
    config = get_config("kitti_masks")
    make_source_absolute(config)
    assert config.data.source_path == ""
    monkeypatch.chdir(tmp_path)
    config.data.source_path = "tracks.zip"
    make_source_absolute(config)
    assert config.data.source_path == str(tmp_path / "tracks.zip")


def results_of(config, **changes):
    return {**dict.fromkeys(RESULT_KEYS, 0), "config": to_json(config), "steps": 8, **changes}


def test_results_of_other_settings_do_not_count_as_those_of_the_run(tmp_path, config):
    run = Run(tmp_path)
    run.write_results(results_of(config))
    with run:
        run.write_config(config)
    assert run.read_results()["steps"] == 8
    run.write_results(results_of(config, steps=7))
    with pytest.raises(UserError, match="steps is 7, in its config 8"):
        run.read_results()
    config.batch_size = 3
    run.write_results(results_of(config))
    with pytest.raises(UserError, match="batch_size is 3 there, 4 here"):
        run.read_results()


def test_a_run_goes_on_with_the_data_that_it_began_with(tmp_path):
    run = Run(tmp_path)
    run.check_data("video_folder/videos_source1/1.0.0")
    run.check_data("video_folder/videos_source1/1.0.0")
    with pytest.raises(UserError, match=r"data have changed .*--workdir.*source2.*source1"):
        run.check_data("video_folder/videos_source2/1.0.0")
