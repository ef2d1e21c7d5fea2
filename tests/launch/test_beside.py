"""What stands on a run's page beside what its folder holds."""

import shlex

import pytest

from launch.beside import describe_beside, paper_numbers, train_command
from launch.configs import get_config
from launch.reports import parts
from sps_tf.runs.folder import default_workdir, from_json, to_json

MSE = "test/linear_projection_mse_same_points"


def test_a_default_run_has_the_short_command():
    config = get_config("sps_ball", "sps", "debug", 3)
    command = train_command(config, default_workdir(config))
    assert command == (
        "python -m launch.train --dataset=sps_ball --method=sps --preset=debug --seed=3"
    )


def test_settings_that_are_no_defaults_are_in_the_command_as_the_command_line_takes_them():
    config = get_config("video_folder", "sps", "debug", 0)
    config.data.folder = "/my videos"
    config.steps = 10
    config.model.encoder.filters = (2, 4)
    words = shlex.split(train_command(from_json(to_json(config)), "else where"))
    assert sorted(words[7:]) == [
        "--config.model.encoder.filters=(2, 4)",
        "--config.steps=10",
        "--data=/my videos",
        "--workdir=else where",
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("sps", "0.26 ± 0.30 (Table 2, SPS_VAE, K = 4)"),
        ("sps_k0", "0.62 ± 0.14 (Table 2, SPS_VAE, K = 0)"),
        ("beta_vae", "0.58 ± 0.01 (Table 2, beta-VAE)"),
    ],
)
def test_the_paper_s_numbers_are_those_of_the_method(method, expected):
    assert paper_numbers(get_config("sps_ball", method))[MSE] == expected


def test_a_run_with_the_settings_of_a_row_of_its_own_has_that_row():
    plain, unsplit = (get_config("sps_ball/colorful", "sps") for _ in range(2))
    unsplit.update_from_flattened_dict(parts.UNSPLIT_BALL.changes)
    assert any("(Ablation)" in text for text in paper_numbers(unsplit).values())
    assert not any("(Ablation)" in text for text in paper_numbers(plain).values())


def test_another_unit_is_told():
    assert "another unit" in paper_numbers(get_config("sps_ball"))["test/prior_mse"]


def test_data_that_the_paper_has_not_have_no_numbers():
    config = get_config("video_folder")
    beside = describe_beside(config, "runs/mine")
    assert not beside.paper
    assert "--workdir=runs/mine" in beside.command
