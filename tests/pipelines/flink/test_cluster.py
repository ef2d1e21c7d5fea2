"""The command line of the local Flink."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.beam_settings import parse_beam_settings
from pipelines.flink.cluster import beam_flags

PROJECT_ROOT = Path(__file__).resolve().parents[3]


def run(*words, folder):
    return subprocess.run(
        [sys.executable, "-m", "pipelines.flink.cluster", *words, f"--folder={folder}"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_printed_flags_are_beams_own(tmp_path):
    runner, *flags = beam_flags(8081, 50000, 2, tmp_path / "server.jar")
    settings = parse_beam_settings(runner.removeprefix("--runner="), flags)
    options = settings.download_config().beam_options.get_all_options(drop_default=True)
    assert options["runner"] == "FlinkRunner"
    assert options["flink_master"] == "localhost:8081"
    assert options["parallelism"] == 2
    assert options["environment_config"] == "localhost:50000"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "The command must be one of 'start', 'stop', 'status'."),
        (["strat"], "Did you mean 'start'?"),
        (["start", "--job_server_jar=none.jar"], "no such file or folder. Received: none.jar"),
    ],
)
def test_wrong_commands_end_in_one_line(tmp_path, words, message):
    result = run(*words, folder=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr.splitlines()[-1]


def test_stop_and_status_work_without_a_cluster(tmp_path):
    assert run("stop", folder=tmp_path).stdout == "Stopped 0 processes.\n"
    assert run("status", folder=tmp_path).stdout == ""
