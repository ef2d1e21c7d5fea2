"""The list of slow tests names tests that are there."""

from types import SimpleNamespace

import pytest

from tests.conftest import SLOW, pytest_collection_modifyitems
from tests.fakes import REPOSITORY


@pytest.mark.parametrize("name", SLOW)
def test_what_is_listed_exists(name):
    file, _, test = name.partition("::")
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    assert f"def {test.partition('[')[0]}" in text


class Item:
    """A collected test that remembers its marks."""

    def __init__(self, nodeid):
        self.nodeid = nodeid
        self.marks = []

    def add_marker(self, mark):
        self.marks.append(mark.name)

    def get_closest_marker(self, name):
        return name if name in self.marks else None


class Config:
    """A call of pytest with `-m`, and what it has left out."""

    def __init__(self, expression=""):
        self.option = SimpleNamespace(markexpr=expression)
        self.left_out = []
        self.hook = SimpleNamespace(pytest_deselected=lambda items: self.left_out.extend(items))


def test_listed_tests_are_marked_and_others_are_not():
    items = [Item(f"{SLOW[0]}[a parameter]"), Item("tests/test_slow_tests.py::test_quick")]
    pytest_collection_modifyitems(Config(), items)
    assert [item.marks for item in items] == [["slow"], []]


def test_files_with_slow_tests_are_begun_first_and_keep_their_order():
    slow = SLOW[0].partition("::")[0]
    names = ["tests/test_a.py::test_b", "tests/test_a.py::test_a", f"{slow}::test_quick"]
    items = [Item(name) for name in names]
    pytest_collection_modifyitems(Config(), items)
    assert [item.nodeid for item in items] == [names[2], *names[:2]]


def test_trials_run_only_where_they_are_asked_for():
    names = ["tests/trials/test_kills.py::test_a", "tests/test_a.py::test_a"]
    for expression, kept in (("", names[1:]), ("not slow", names[1:]), ("trials", names)):
        items, config = [Item(name) for name in names], Config(expression)
        items[0].marks.append("trials")
        pytest_collection_modifyitems(config, items)
        assert sorted(item.nodeid for item in items) == sorted(kept)
        assert len(config.left_out) == len(names) - len(kept)
