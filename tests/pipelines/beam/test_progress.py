"""The progress bar that follows workers in other processes."""

import io
import subprocess
import sys
from pathlib import Path

from pipelines.beam.progress import count, progress_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_bar_counts_what_workers_report(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(5, "making") as tally:
        count(tally, 2)
        code = f"from pipelines.beam.progress import count; count({tally!r}, 3)"
        root = Path(__file__).resolve().parents[3]
        subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
    assert "making" in sys.stderr.getvalue()
    assert "5/5" in sys.stderr.getvalue()


def test_repeated_work_does_not_overfill_the_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(2, "making") as tally:
        count(tally, 3)
    assert "2/2" in sys.stderr.getvalue()


def test_nothing_is_drawn_away_from_a_terminal(capsys):
    with progress_bar(1, "making") as tally:
        count(tally)
    assert capsys.readouterr().err == ""


def test_counting_without_a_tally_does_nothing(tmp_path):
    count(None)
    count(str(tmp_path / "elsewhere"))
    assert not list(tmp_path.iterdir())
