"""The runs that a table needs."""

import pytest

from launch.reports.tables.plan import parse_methods, parse_seeds
from sps_tf.errors import UserError
from tests.launch.reports.tables.table_fakes import plan


def test_flags_are_read_as_lists():
    assert parse_methods("sps, beta_vae") == ("sps", "beta_vae")
    assert parse_seeds("3,0, 12") == (3, 0, 12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "apart by commas, such as 0,1,2. Received: ''"),
        ("0,,1", "Received: '0,,1'"),
        ("0,-1", "whole numbers of at least 0.*Received: '-1'"),
        ("0-4", "Received: '0-4'"),
        ("1.0", "Received: '1.0'"),
        ("x", "Received: 'x'"),
        ("²", "Received: '²'"),
        ("0,1,00", "each value once. Received twice: 0"),
    ],
)
def test_wrong_seeds_are_named(text, message):
    with pytest.raises(UserError, match=message):
        parse_seeds(text)


def test_seeds_are_complete_one_after_the_other(tmp_path):
    runs = plan(tmp_path, ("sps", "beta_vae"), (7, 3))
    assert [run.name for run in runs] == [
        "sps seed 7",
        "beta_vae seed 7",
        "sps seed 3",
        "beta_vae seed 3",
    ]
    assert runs[1].workdir == tmp_path / "sps_ball" / "beta_vae_debug_seed7"


def test_fields_of_the_config_hold_for_every_run(tmp_path):
    runs = plan(tmp_path, ("sps", "sps_ae"), model__encoder__filters=(2, 2, 2), steps=10)
    assert {run.config.model.encoder.filters for run in runs} == {(2, 2, 2)}
    assert {run.config.steps for run in runs} == {10}
    assert [run.config.model.encoder.stochastic for run in runs[:2]] == [True, False]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"seed": 3}, "seed has a flag of its own: --seeds"),
        ({"method": "sps"}, "method has a flag of its own: --methods"),
        ({"model__nothing": 3}, r"The config of sps has no field model\.nothing"),
        ({"batch_size": 0}, "config.batch_size must be at least 1"),
    ],
)
def test_fields_that_no_table_can_have_are_refused(tmp_path, overrides, message):
    with pytest.raises(UserError, match=message):
        plan(tmp_path, **overrides)
