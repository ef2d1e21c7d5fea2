"""Reports as Markdown, CSV and text for a terminal."""

import csv
import io

import pytest

from launch.reports.engine.content import gather
from launch.reports.engine.outcomes import read_outcome
from launch.reports.writing.write import (
    format_csv,
    format_markdown,
    format_text,
    list_remarks,
    make_grid,
)
from tests.launch.reports.run_fakes import MSE, plan, write_run


@pytest.fixture
def content(tmp_path):
    """Three finished runs of two methods."""
    planned = plan(tmp_path, ("sps", "beta_vae"))
    values = (0.1, 0.5, 0.3, 0.5, 0.2, 0.5)
    for run, value in zip(planned.runs, values, strict=True):
        metrics = {MSE: value, f"{MSE}/x": 2 * value}
        write_run(run, metrics, seconds=10 * (1 + run.config.seed))
    return gather(planned, [read_outcome(run) for run in planned.runs])


def test_our_rows_stand_above_the_paper_s(content):
    grid = make_grid(content)
    assert grid[0][:5] == ["variant", "whose", "seeds", "seconds", "x axis MSE ↓"]
    assert ["; ".join(row[:8]) for row in grid[1:5]] == [
        "sps: SPS_VAE, K = 4; ours, mean ± std; 3 of 3; 20 ± 10; "
        "0.4000 ± 0.2000; -; -; 0.2000 ± 0.1000",
        "; ours, median; ; 20; 0.4000; -; -; 0.2000",
        "; ours, worst; ; 30; 0.6000; -; -; 0.3000",
        "SPS_VAE, K = 4; PAPER, mean ± std; 10, less outliers; -; "
        "0.11 ± 0.09 (missed); 0.31 ± 0.34 (not measured); 0.26 ± 0.34 (not measured); "
        "0.26 ± 0.30 (reached)",
    ]


def test_value_left_out_of_a_mean_is_told(tmp_path):
    planned = plan(tmp_path)
    for run, value in zip(planned.runs, (0.1, float("nan"), 0.3), strict=True):
        write_run(run, {MSE: value})
    grid = make_grid(gather(planned, [read_outcome(run) for run in planned.runs]))
    assert grid[1][7] == "0.2000 ± 0.1414 (2 seeds)"


def test_markdown_is_a_table_with_notes_picture_and_remarks(content):
    content["picture"] = {"file": "report.png", "caption": "Boxes"}
    content["rows"][0]["label"] = "a|b"
    text = format_markdown(content)
    assert text.startswith("# Table 2 of the paper: Linear fits between ")
    assert "sps_ball, preset debug" in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({len(line) for line in table}) == 1  # a terminal shows columns
    assert set(table[1]) == set("|- ")
    assert "| sps: a\\|b " in text
    assert "![Boxes](report.png)" in text
    assert "The paper leaves 2 outliers" in text
    assert "- data of the first finished run: name made by hand\n" in text
    assert "- warning: no finished run of sps, beta_vae has " in text


def test_terminal_gets_ascii(content):
    assert not format_markdown(content).isascii()
    assert format_text(content).isascii()
    text = format_text(content)
    assert "0.2000 +- 0.1000" in text
    assert len({len(line) for line in text.splitlines() if line.startswith("| ")}) == 1


def test_csv_has_a_line_for_each_variant_and_metric(content):
    rows = list(csv.DictReader(io.StringIO(format_csv(content))))
    assert len(rows) == 2 * len(content["columns"])
    (row,) = [row for row in rows if (row["variant"], row["metric"]) == ("sps", MSE)]
    assert float(row["ours_mean"]) == pytest.approx(0.2)
    assert (row["report"], row["ours_n"]) == ("table_2", "3")
    assert (row["paper_mean"], row["paper_std"]) == ("0.26", "0.3")


def test_runs_that_are_missing_or_failed_are_named_also_where_their_folders_are_not_recorded():
    runs = [
        {"name": "sps seed 0", "status": "missing", "workdir": "runs/sps_seed0"},
        {"name": "sps seed 1", "status": "missing"},
        {"name": "sps seed 2", "status": "failed", "problem": "killed"},
        {"name": "sps seed 3", "status": "failed"},
        {"name": "sps seed 4", "status": "finished"},
    ]
    content = {"runs": runs, "data": {}, "versions": {}, "warnings": ["of it"]}
    assert list_remarks(content) == [
        "failed: sps seed 2: killed",
        "failed: sps seed 3",
        "missing: sps seed 0: runs/sps_seed0",
        "missing: sps seed 1",
        "warning: of it",
    ]
