"""Recorded results, and the docs that are written from them."""

import json
import re

import numpy as np
import pytest

from launch.reports import get_report
from launch.reports.engine.content import gather
from launch.reports.engine.outcomes import read_outcome
from launch.reports.writing.doc_pages import PAGES, README_TABLES
from launch.reports.writing.recorded import PROJECT, list_recorded, make_docs, record
from sps_tf.errors import UserError
from tests.launch.reports.run_fakes import MSE, VERSIONS, plan, write_run


@pytest.fixture
def project(tmp_path):
    """A project with docs, and a README that has a table."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(
        "before\n<!-- results: ball -->\nold\n<!-- end of results -->\nafter\n"
    )
    return tmp_path


@pytest.fixture
def content(tmp_path):
    planned = plan(tmp_path / "runs", ("sps", "beta_vae"), (0, 1))
    versions = {**VERSIONS, "commit": "abc123"}
    for run, value in zip(planned.runs, (0.1, 0.5, 0.3, 0.7), strict=True):
        metrics = {MSE: value, "test/linear_projection_mse": value, "train/loss": 3.0}
        write_run(run, metrics, versions=versions)
    return gather(planned, [read_outcome(run) for run in planned.runs])


def test_pages_and_readme_are_what_the_recorded_results_say():
    """`python -m launch.report --record` writes them; what is typed into them is lost."""
    for path, text in make_docs().items():
        assert path.read_text(encoding="utf-8") == text, path
    results = PROJECT / "docs" / "results"
    assert {path.stem for path in results.glob("*.md")} == set(PAGES)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- results: (\w+) -->", readme)) == set(README_TABLES)


def test_recorded_results_are_of_reports_that_there_are():
    for content in list_recorded():
        report = get_report(content["name"])
        assert content["dataset"] == report.dataset
        finished = [run for run in content["runs"] if run["status"] == "finished"]
        assert content["remark"] or finished or not content["runs"], content["name"]
        assert all(run["commit"] for run in finished), content["name"]
        for row in content["rows"]:
            printed = row["paper"]["cells"] if row["paper"] else ()
            texts = [cell["text"] for cell in printed if cell]
            assert tuple(texts) == report.paper.get(row["name"], ())[: len(texts)]


def test_results_are_recorded_with_runs_seeds_commit_and_command(project, content):
    picture = np.zeros((4, 4, 3), np.uint8)
    content["picture"] = {"file": "report.png", "caption": "Boxes"}
    written = record(content, picture, project)
    target = project / "docs" / "results" / "recorded" / "table_2_debug.json"
    assert target in written
    held = json.loads(target.read_text())
    assert held["command"] == "python -m launch.report --name=table_2 --preset=debug --seeds=0,1"
    run = held["runs"][2]
    assert (run["seed"], run["commit"], run["steps"], run["seconds"]) == (1, "abc123", 8, 100.0)
    assert run["metrics"] == {MSE: 0.3, "test/linear_projection_mse": 0.3}
    assert "--method=sps --preset=debug --seed=1" in run["command"]
    assert "workdir" not in run
    assert str(project) not in target.read_text()
    assert (project / "docs" / "pictures" / held["picture"]["file"]).exists()

    page = (project / "docs" / "results" / "ball.md").read_text()
    assert "## Table 2 of the paper, `debug`" in page
    assert "0.2000 ± 0.1414" in page
    assert "0.26 ± 0.30 (reached)" in page
    assert "4 runs, seeds 0, 1, on CPU, 2 cores; commit abc123" in page
    assert "![Boxes](../pictures/table_2_debug.png)" in page
    assert "table_2" not in (project / "docs" / "results" / "sound.md").read_text()


def test_where_a_user_s_file_lay_is_not_recorded_but_its_name_is(project, content):
    content["settings"] = "sps_ball/green, data.source_path = /home/me/my data/x.zip, a 1/2"
    content["command"] = "python --config.data.source_path='/home/me/x.zip' --runs=runs/a"
    content["notes"] = ["see https://example.org/a/b and ~/tensorflow_datasets"]
    path, *_ = record(content, None, project)
    kept = json.loads(path.read_text())
    assert kept["command"] == "python --config.data.source_path='x.zip' --runs=runs/a"
    assert kept["notes"] == content["notes"]
    assert "/home" not in kept["settings"]
    assert kept["settings"].startswith("sps_ball/green, data.source_path = ")


def test_commit_of_runs_that_noted_none_can_be_told(project, content):
    content["runs"][0]["commit"] = None
    record(content, None, project, commit="told")
    (held,) = list_recorded(project)
    assert [run["commit"] for run in held["runs"]] == ["told", "abc123", "abc123", "abc123"]


def test_readme_s_table_is_of_the_presets_that_are_recorded(project, content):
    content["preset"] = "fast"
    record(content, None, project)
    text = (project / "README.md").read_text()
    assert text.startswith("before\n<!-- results: ball -->\n| method")
    assert text.endswith("<!-- end of results -->\nafter\n")
    lines = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line] for line in lines]
    assert rows[0] == ["method", "`fast`: MSE", "the paper", "seeds"]
    assert rows[2:] == [
        ["SPS_VAE, K = 4", "0.200 ± 0.141", "0.26 ± 0.30", "2"],
        ["beta-VAE", "0.600 ± 0.141", "0.58 ± 0.01", "2"],
    ]


def test_recording_twice_changes_nothing(project, content):
    record(content, None, project)
    before = {path: path.read_bytes() for path in project.rglob("*.*") if path.is_file()}
    record(content, None, project)
    assert before == {path: path.read_bytes() for path in project.rglob("*.*") if path.is_file()}


def test_tables_stand_in_the_order_of_their_numbers(project, content):
    for name in ("table_10", "table_2", "ablation", "figure_5"):
        record({**content, "name": name}, None, project)
    names = [content["name"] for content in list_recorded(project)]
    assert names == ["table_2", "table_10", "figure_5", "ablation"]


def test_without_docs_nothing_is_recorded(tmp_path, content):
    with pytest.raises(UserError, match="clone of the repository"):
        record(content, None, tmp_path / "none")


def test_damaged_record_is_named(project, content):
    record(content, None, project)
    path = project / "docs" / "results" / "recorded" / "table_2_debug.json"
    path.write_text("{")
    with pytest.raises(UserError, match=r"table_2_debug\.json cannot be read"):
        list_recorded(project)
