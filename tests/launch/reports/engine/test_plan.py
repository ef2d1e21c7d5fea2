"""The runs that a report needs."""

import pytest

from launch.reports import NAMES, get_report
from launch.reports.engine.plan import (
    choose_variants,
    parse_methods,
    parse_names,
    parse_seeds,
    plan_report,
)
from sps_tf.errors import UserError
from tests.launch.reports.run_fakes import plan


def test_flags_are_read_as_lists():
    assert parse_methods("sps, beta_vae") == ("sps", "beta_vae")
    assert parse_seeds("3,0, 12") == (3, 0, 12)
    assert parse_names("figure_8, table_2", NAMES) == ("figure_8", "table_2")
    assert parse_names("all", NAMES) == NAMES


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("table_99", "each of --name must be one of 'table_1', "),
        ("figur_8", "Did you mean 'figure_8'"),
        ("table_1,table_1", "Received twice: table_1"),
        ("all,table_1", "Received: 'all'"),
    ],
)
def test_wrong_names_are_named(text, message):
    with pytest.raises(UserError, match=message):
        parse_names(text, NAMES)


def test_seeds_are_complete_one_after_the_other(tmp_path):
    runs = plan(tmp_path, ("sps", "beta_vae"), (7, 3)).runs
    assert [run.name for run in runs] == [
        "sps seed 7",
        "beta_vae seed 7",
        "sps seed 3",
        "beta_vae seed 3",
    ]
    assert runs[1].workdir == tmp_path / "sps_ball" / "beta_vae_debug_seed7"


def test_seeds_are_by_default_those_of_the_report(tmp_path):
    runs = plan_report(get_report("figure_8"), "debug", root=tmp_path).runs
    assert {run.config.seed for run in runs} == {0, 1, 2}
    assert len(runs) == 21


def test_methods_choose_rows_and_add_those_that_the_report_lacks():
    report = get_report("figure_8")
    assert choose_variants(report, None) == report.variants
    assert choose_variants(report, ("sps_k0",)) == report.variants[:1]
    assert choose_variants(report, ("sps",)) == report.variants[1:]
    (added,) = choose_variants(report, ("sps_ae",))
    assert (added.name, added.method, added.changes) == ("sps_ae", "sps_ae", {})


def test_a_single_row_can_be_asked_for_by_its_name():
    report = get_report("figure_8")
    (row,) = choose_variants(report, ("sps_SO2",))
    assert (row.name, row.method) == ("sps_SO2", "sps")
    # Each row once, though its method is named too.
    assert choose_variants(report, ("sps_SO2", "sps"))[0] == row
    assert len(choose_variants(report, ("sps_SO2", "sps"))) == len(report.variants[1:])
    with pytest.raises(UserError, match=r"of figure_8 must be .*'sps_SO2'.* Received: 'sps_S02'"):
        choose_variants(report, ("sps_S02",))


def test_fields_of_the_config_hold_for_every_run(tmp_path):
    runs = plan(tmp_path, ("sps", "sps_ae"), model__encoder__filters=(2, 2, 2), steps=10).runs
    assert {run.config.model.encoder.filters for run in runs} == {(2, 2, 2)}
    assert {run.config.steps for run in runs} == {10}
    assert [run.config.model.encoder.stochastic for run in runs[:2]] == [True, False]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"seed": 3}, "seed has a flag of its own: --seeds"),
        ({"method": "sps"}, "method has a flag of its own: --methods"),
        ({"model__nothing": 3}, r"The config of sps on sps_ball has no field model\.nothing"),
        ({"batch_size": 0}, "config.batch_size must be at least 1"),
    ],
)
def test_fields_that_no_report_can_have_are_refused(tmp_path, overrides, message):
    with pytest.raises(UserError, match=message):
        plan(tmp_path, **overrides)


def test_a_field_that_the_report_varies_cannot_be_set_for_all(tmp_path):
    with pytest.raises(UserError, match=r"figure_6 compares .* in data\.n_train"):
        plan(tmp_path, None, name="figure_6", data__n_train=4)
