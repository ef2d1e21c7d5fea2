import json

import pytest

from launch.configs import DATASETS, METHODS, get_config, presets_of
from launch.settings_check import check_settings
from sps_tf.errors import UserError
from sps_tf.runs.folder import Run, to_json
from tests.fakes import run_command


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("method", METHODS)
def test_the_settings_that_runs_write_are_right(tmp_path, dataset, method):
    if method in ("spice", "gmvae", "ts_dsae") and not get_config(dataset).front_end:
        return
    for preset in presets_of(dataset):
        run = Run(tmp_path / preset)
        with run:
            run.write_config(get_config(dataset, method, preset))
        check_settings(run.read_config(), "config.json")


def broken(path, value):
    """The settings of a run as plain JSON, one field changed; without it where `value` is ..."""
    settings = json.loads(json.dumps(to_json(get_config("sps_ball", preset="debug"))))
    *groups, name = path.split(".")
    part = settings
    for group in groups:
        part = part[group]
    if value is ...:
        del part[name]
    else:
        part[name] = value
    return settings


FIELDS = ("method", "steps", "seed", "losses", "losses.kl", "model", "model.encoder.filters")
FIELDS += ("model.latent.content", "evaluation", "evaluation.split", "evaluation.evaluators")
FIELDS += ("optimizer.learning_rate", "data", "warm_start", "front_end", "mixed_precision")
WRONG = (..., None, [], {}, [None], {"a": 1}, "x", -7, 0.5, True)


@pytest.mark.parametrize("path", FIELDS)
def test_a_broken_file_is_one_line(tmp_path, path):
    run = Run(tmp_path)
    n_refused = 0
    for value in WRONG:
        settings = broken(path, value)
        (tmp_path / "config.json").write_text(json.dumps(settings))
        try:
            check_settings(run.read_config(), "config.json")
        except UserError as error:
            n_refused += 1
            assert "\n" not in str(error)
    assert n_refused >= len(WRONG) - 3  # a value of the right type may be one


def test_the_command_refuses_it_before_tensorflow_is_loaded(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(broken("evaluation.split", "train")))
    done = run_command("launch.evaluate", f"--workdir={tmp_path}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "evaluation.split must be one of 'test', 'validation'. Received: 'train'" in line
