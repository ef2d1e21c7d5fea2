"""Settings of runs beside each other."""

import json

import pytest

from launch.cli import list_fields
from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.runs import settings
from sps_tf.runs.folder import Run, to_json
from sps_tf.runs.settings import bring_up_to_date, list_differences, settings_digest
from sps_tf.training.validation import validate


@pytest.fixture
def now():
    return to_json(get_config("sps_ball", "sps", "debug"))


@pytest.fixture
def older(now):
    """The same settings before some fields came, and with one that is gone."""
    older = json.loads(json.dumps(now))
    del older["early_end_steps"], older["warm_start"]["shift_pixels"]
    del older["model"]["encoder"]["place_filters"]
    older["model"]["encoder"]["frequency_blur_exponent"] = 2.0
    return older


def test_a_field_that_leaves_a_run_as_it_was_makes_no_difference(now, older):
    assert bring_up_to_date(older) == now
    assert settings_digest(older) == settings_digest(now)


def test_a_field_that_changes_a_run_makes_a_difference(now, older):
    now["warm_start"]["shift_pixels"] = 12
    assert list_differences(bring_up_to_date(older), now) == [
        "warm_start.shift_pixels is 0 there, 12 here"
    ]
    assert settings_digest(older) != settings_digest(now)


def test_a_field_that_is_gone_is_kept_where_it_did_another_thing(older):
    older["model"]["encoder"]["frequency_blur_exponent"] = 1.0
    assert bring_up_to_date(older)["model"]["encoder"]["frequency_blur_exponent"] == 1.0


def test_what_is_brought_up_to_date_is_a_copy(older):
    before = json.dumps(older)
    bring_up_to_date(older)
    settings_digest(older)
    assert json.dumps(older) == before


@pytest.mark.parametrize("damaged", [{}, {"model": 3}, {"model": {"encoder": None}}])
def test_settings_that_lack_a_section_stay_without_it(damaged):
    assert "warm_start" not in bring_up_to_date(damaged)


def test_fields_that_came_later_or_may_be_idle_are_those_of_configs_and_values_are_allowed(now):
    config = get_config("sps_ball", "sps", "debug")
    fields = list_fields(config)
    assert fields.keys() >= settings._ADDED.keys() | settings._IDLE.keys()
    assert not fields.keys() & settings._GONE.keys()
    config.update_from_flattened_dict(
        {name: tuple(v) if isinstance(v, list) else v for name, v in settings._ADDED.items()}
    )
    validate(config)


def test_digest_is_that_of_every_seed_and_of_the_file_wherever_it_lies(now):
    at_home = {**now, "seed": 3, "data": {**now["data"], "source_path": "/home/me/tunes.zip"}}
    away = {**now, "seed": 5, "data": {**now["data"], "source_path": "/data/tunes.zip"}}
    other = {**now, "data": {**now["data"], "source_path": "/data/others.zip"}}
    assert settings_digest(at_home) == settings_digest(away) != settings_digest(other)


@pytest.mark.parametrize(
    ("cause", "idle"),
    [
        ({"model.latent.style": ()}, {"losses.inconstancy": 7.0}),
        ({"method": "beta_vae"}, {"losses.inconstancy": 7.0}),
        ({"warm_start.imitate_steps": 0}, {"warm_start.shift_pixels": 5}),
        ({"warm_start.place_steps": 0}, {"warm_start.place_starts": 8}),
    ],
)
def test_digest_leaves_out_what_does_nothing_and_nothing_else(cause, idle):
    config = get_config("sps_ball/colorful", "sps", "fast")
    config.warm_start.place_steps = 5
    with_it = config.copy_and_resolve_references()
    with_it.update_from_flattened_dict(idle)
    assert settings_digest(to_json(with_it)) != settings_digest(to_json(config))
    for one in (config, with_it):
        one.update_from_flattened_dict(cause)
    assert settings_digest(to_json(with_it)) == settings_digest(to_json(config))


def test_a_setting_that_does_nothing_does_not_keep_a_run_from_going_on(tmp_path, now):
    run, config = Run(tmp_path), get_config("sps_ball", "sps", "debug")
    (tmp_path / "config.json").write_text(json.dumps(now))
    config.losses.inconstancy = 7.0  # there is no style
    run.check_config(config)
    config.losses.kl = 7.0
    with pytest.raises(UserError, match=r"\(losses.kl is 0.01 there, 7.0 here\)"):
        run.check_config(config)


def test_run_of_an_older_version_is_continued_and_read(tmp_path, now, older):
    run = Run(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(older))
    run.check_config(get_config("sps_ball", "sps", "debug"))
    assert to_json(run.read_config()) == now
