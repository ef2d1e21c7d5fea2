"""The page of all reports: what it says, and how it looks in a browser."""

import base64
import json
import re

import numpy as np
import pytest

from launch.reports import NAMES, get_report
from launch.reports.engine.content import gather
from launch.reports.engine.outcomes import read_outcome
from launch.reports.running.make import Options, make_reports
from launch.reports.writing.page import make_page, write_page
from sps_tf import files
from tests.html_pages import Page, measure, needs_browser
from tests.launch.reports.run_fakes import MSE, VERSIONS, plan, write_run

REPORTS = tuple(map(get_report, NAMES))


@pytest.fixture
def root(tmp_path):
    """Runs of Table 2, whose page has a reached, a missed and unrun numbers, and a picture."""
    planned = plan(tmp_path, ("sps", "beta_vae"), (0, 1))
    for run, value in zip(planned.runs, (0.1, 0.9, 0.3, 0.9), strict=True):
        write_run(run, {MSE: value}, versions={**VERSIONS, "commit": "abc<123>"})
    make_reports([planned], Options(tmp_path, page=REPORTS))
    folder = tmp_path / "reports" / "table_2_debug"
    report = json.loads((folder / "report.json").read_text())
    report["picture"] = {"file": "report.png", "caption": 'A "wide" picture'}
    (folder / "report.json").write_text(json.dumps(report))
    files.write_png(folder / "report.png", np.full((50, 2000, 3), 128, np.uint8))
    write_page(tmp_path, REPORTS, tmp_path)
    return tmp_path


@pytest.fixture
def text(root):
    return (root / "reports" / "index.html").read_text(encoding="utf-8")


def section_of(text, name):
    return re.search(rf'<section id="{name}">.*?</section>', text, re.DOTALL)[0]


def test_page_has_a_section_and_a_link_for_every_report(text):
    page = Page(text)
    assert [attrs["id"] for attrs in page.attributes("section")] == list(NAMES)
    assert [attrs["href"] for attrs in page.attributes("a")] == [f"#{name}" for name in NAMES]


def test_page_says_how_it_compares(text):
    assert "its published code decides" in text
    assert "last weights; the authors report the best of their checkpoints" in text


def test_page_asks_for_nothing_else(text):
    page = Page(text)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe")]
    assert "url(" not in text
    assert "http" not in text
    (image,) = page.attributes("img")
    assert base64.b64decode(image["src"].partition(",")[2]).startswith(b"\x89PNG")
    assert image["alt"] == 'A "wide" picture'


def test_every_table_has_headers_with_scope_and_scrolls_in_its_box(text):
    page = Page(text)
    assert all(attrs["scope"] in ("row", "col") for attrs in page.attributes("th"))
    boxes = [attrs for attrs in page.attributes("div") if attrs.get("class") == "scroll"]
    assert len(boxes) == len(page.attributes("table"))
    assert all(attrs["aria-label"] and attrs["tabindex"] == "0" for attrs in boxes)


def test_numbers_stand_beside_the_paper_s_with_the_difference_marked(text):
    section = section_of(text, "table_2")
    cell = "0.2000 ± 0.1414<small>median 0.2000</small><small>paper 0.26 ± 0.30</small>"
    assert f'{cell}<span class="mark reached">reached</span>' in section
    assert 'paper 0.58 ± 0.01</small><span class="mark missed">missed</span>' in section
    assert 'paper 0.36 ± 0.03</small><span class="mark not-measured">not measured' in section
    assert '<span class="mark not-run">not run</span>' in section_of(text, "table_8")
    assert '<span class="mark reached">reached</span>' in section_of(text, "table_14")


def test_rows_and_figures_that_were_not_run_are_named(tmp_path):
    planned = plan(tmp_path, None, (0,), "figure_7")
    for run in planned.runs[:2]:
        write_run(run, {MSE: 0.2})
    text = make_page([gather(planned, [read_outcome(run) for run in planned.runs])], REPORTS)
    rows = re.findall(r"<tr>.*?</tr>", section_of(text, "figure_7").partition("<details>")[0])
    assert [("not run" in row) for row in rows] == [False, False, False, True]
    links = dict(re.findall(r'<li><a href="#(\w+)">[^<]*</a> (.*?)</li>', text))
    assert "1 not run" in links["figure_7"]
    assert ">not run<" in links["figure_8"]


def test_every_number_has_its_runs_seeds_commit_and_command(text):
    section = section_of(text, "table_2")
    details = re.findall(r"<details>.*?</details>", section, re.DOTALL)
    assert "Runs of SPS_VAE, K = 4" in details[0]
    assert '<th scope="row">1</th><td>finished</td>' in details[0]
    assert "<td>0.3</td>" in details[0]
    assert "<td>abc&lt;123&gt;</td>" in details[0]
    assert "--method=sps --preset=debug --seed=1" in details[0]


def test_recorded_results_fill_what_the_folder_of_runs_lacks(tmp_path):
    planned = plan(tmp_path, ("sps",), (0,))
    write_run(planned.runs[0], {MSE: 0.25})
    content = gather(planned, [read_outcome(run) for run in planned.runs])
    target = tmp_path / "docs" / "results" / "recorded" / "table_2_debug.json"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps({**content, "remark": "An old recipe."}))
    section = section_of(write_page(tmp_path, REPORTS, tmp_path).read_text(), "table_2")
    assert "0.2500" in section
    assert '<p class="remark">An old recipe.</p>' in section


def test_page_is_a_function_of_what_is_found():
    assert make_page([], REPORTS) == make_page([], REPORTS)


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_page_fits_a_window_and_tables_scroll_in_their_boxes(root, text, width):
    measured = measure(text, root, width)
    assert measured["loaded"] == 2000
    assert measured["page"] <= measured["window"] == width
    assert measured["widest"] <= measured["window"]
    assert measured["image"] <= measured["window"]
    assert measured["letters"] >= 13
    if width == 390:
        assert measured["scrolls"] > 0
