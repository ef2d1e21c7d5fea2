"""The bar over all runs, as a log file has it."""

import pytest

from launch.reports.running import bar
from launch.reports.running.bar import Bar


@pytest.fixture
def lines(capsys):
    """Return a function that reads what has been shown since, line by line."""
    return lambda: [
        line for line in capsys.readouterr().err.replace("\r", "\n").split("\n") if line
    ]


def test_steps_of_ended_and_of_running_runs_count(monkeypatch, lines):
    monkeypatch.setattr(bar, "_SECONDS_IN_FILE", 0.0)
    shown = Bar([8, 8, 4])
    shown.show({"sps seed 0": ("training", 6), "sps seed 1": None})
    assert "0 of 3 runs:  30%" in lines()[-1]
    shown.end("sps seed 0", 8, "killed")
    shown.show({"sps seed 1": ("evaluation", 8)})
    last = lines()
    assert "sps seed 0: killed" in last
    assert "1 of 3 runs:  80%" in last[-1]
    assert "16/20" in last[-1]
    assert "sps seed 1 evaluation 8" in last[-1]
    shown.close()


def test_a_file_gets_few_lines_and_the_last_state(lines):
    shown = Bar([8])
    for step in range(8):
        shown.show({"sps seed 0": ("training", step)})
    shown.end("sps seed 0", 8, "")
    shown.close()
    texts = [line for line in lines() if "of 1 runs" in line]
    assert "0/8" in texts[0]
    assert "8/8" in texts[-1]
    assert not [line for line in texts if "5/8" in line]
