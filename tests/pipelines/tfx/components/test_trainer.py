"""Trainer's settings: those of the run, and the data options that made its examples."""

import pytest

from launch.configs import get_config
from pipelines.tfx.components import trainer
from sps_tf.runs.folder import Run, to_json


@pytest.fixture
def trained(monkeypatch):
    """Replace the training; the configs that it is given are listed."""
    configs = []

    def train(config, workdir, load, strategy):
        configs.append(config)
        return {"steps": 1, "seconds": 0.0, "metrics": {}, "versions": {}}

    monkeypatch.setattr(trainer, "train", train)
    monkeypatch.setattr(trainer, "choose_judging_split", lambda *_: "validation")
    return configs


def run(config, folder):
    values = to_json(config)
    told = {"data": values.pop("data"), "config": values, "strategy": "one_device"}
    return trainer.run({"transformed": folder}, {"model": folder}, told, None)


def test_the_run_has_the_settings_that_launch_train_gives_it(trained, tmp_path):
    config = get_config("sps_ball", "sps", "debug", 0)
    run(config, tmp_path)
    # It never sees what it is blessed by.
    config.evaluation.split = "validation"
    assert trained[0] == config
    assert trained[0].is_locked


def test_a_stopped_run_goes_on_where_other_options_made_the_same_examples(trained, tmp_path):
    config = get_config("sps_melody", "sps", "debug", 0)
    config.data.source_path = "/old/tunes.zip"
    config.evaluation.split = "validation"
    Run(tmp_path).write_config(config)
    config.data.source_path = "/new/tunes.zip"
    run(config, tmp_path)
    assert trained[0].data.source_path == "/old/tunes.zip"
    Run(tmp_path).check_config(trained[0])
