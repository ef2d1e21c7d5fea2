from html.parser import HTMLParser

import numpy as np
import pytest

from pipelines.tfx.validation.page import make_page
from tests.pipelines.tfx.validation.splits import statistics_of


class Document(HTMLParser):
    """The page's tags, the texts of its table rows, and what it would load."""

    def __init__(self, page):
        super().__init__()
        self.open, self.rows, self.loads = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.loads += [value for name, value in attrs if name in ("src", "href", "srcset")]
        if tag not in ("meta", "line"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "tr" in self.open:
            self.rows[-1].append(data)


@pytest.fixture(scope="module")
def page():
    train = {
        "pitch": [[60.0, 64.0], [67.0, 71.0]],
        "name": [[b"<script>alert(1)</script>"], [b"Tuba"]],
        "only/train": [[1.0], [1.0]],
    }
    test = {"pitch": [[60.0, 60.0], None, [62.0, 62.0]], "name": [[b"Tuba"]] * 3}
    return make_page(statistics_of(train=train, test=test), 'my "data" <b>')


def test_page_is_whole_and_loads_nothing(page):
    document = Document(page)
    assert document.open == [] and document.loads == []
    assert "http" not in page and "url(" not in page and "<script" not in page
    assert 'name="viewport"' in page


def test_splits_stand_side_by_side(page):
    rows = Document(page).rows
    name_rows, only_rows, pitch_rows = rows[0:3], rows[3:6], rows[6:9]
    assert pitch_rows[0] == ["split", "values", "missing", "mean", "std", "min", "median", "max"]
    assert pitch_rows[1][:5] == ["train", "4", "0", "65.5", f"{np.std([60, 64, 67, 71]):.4g}"]
    assert pitch_rows[2][:6] == ["test", "4", "1", "61", "1", "60"]
    assert name_rows[2] == ["test", "3", "0", "1", "Tuba"]
    assert only_rows[2] == ["test", "0", "3"]


def test_numbers_have_a_histogram_and_text_has_none(page):
    assert page.count("<svg") == 2


def test_missing_examples_stand_out(page):
    assert '<td class="bad">1</td>' in page and '<td class="bad">3</td>' in page


def test_same_statistics_give_the_same_page():
    statistics = statistics_of(train={"a": [[1.0]]})
    assert make_page(statistics, "x") == make_page(statistics, "x")
