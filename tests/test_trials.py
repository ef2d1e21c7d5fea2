"""What trials record, and the page that is written from it."""

from types import SimpleNamespace

import pytest

from tests.trials import page, tally

KILLS = "tests/trials/test_kills.py"
BUILD = f"{KILLS}::test_a_build_killed_again_and_again_ends_with_the_same_bytes"
TRAINING = f"{KILLS}::test_a_training_killed_again_and_again_ends_with_the_same_weights"
LABELS = "tests/trials/test_mutated_inputs.py::test_labels"
PICTURES = "tests/trials/test_mutated_inputs.py::test_pictures"
EMPTY = "".join(f"<!-- {name} -->\n<!-- end of {name} -->\n" for name in page.TABLES)


def row(trial, outcome="held", tried=None, commit="1a", date="2026-01-02", why=""):
    keys = ("trial", "outcome", "why", "tried", "seconds", "commit", "date")
    return dict(zip(keys, (trial, outcome, why, tried or {}, 2.0, commit, date), strict=True))


def report(name, when="call", outcome="passed", longrepr=None):
    told = {"passed": False, "failed": False, "skipped": False} | {outcome: True}
    return SimpleNamespace(nodeid=name, when=when, duration=1.04, longrepr=longrepr, **told)


def test_the_page_is_what_the_trials_have_recorded():
    text = page.PAGE_FILE.read_text(encoding="utf-8")
    command = "pytest -m trials --record FILE writes it"
    assert page.write_into(text, page.read_recorded()) == text, command


def test_enough_is_recorded_for_a_release():
    tried = page.sum_up(page.read_recorded())
    assert tried["damaged inputs"] >= 1000
    assert tried["kills"] >= 40


def test_every_trial_says_what_it_tries():
    trials = [file for files in page.TABLES.values() for file in files]
    assert sorted(trials) == sorted(path.name for path in page.HERE.glob("test_*.py"))
    assert all(text for file in trials for text in page.find_trials(file).values())


def test_a_partial_run_takes_the_place_of_its_own_rows():
    recorded = [row(BUILD, tried={"kills": 14}), row(f"{PICTURES}[.gif]"), row("a::test_gone")]
    new = row(f"{PICTURES}[.png]", commit="2b")
    assert page.merge([new], recorded) == [recorded[0], recorded[1], new]
    again = row(BUILD, "failed")
    assert page.merge([again], recorded) == [again, recorded[1]]


def test_what_was_not_run_is_told():
    text = page.write_into(EMPTY, [row(LABELS, "not run", why="no network namespaces here")])
    assert "| `labels.csv` |  | **not run**: no network namespaces here | 2 | 1a" in text
    assert "| MIDI files |  | **not run** |  |  |  |" in text
    assert text.count("**not run**") == sum(
        len(page.find_trials(file)) for files in page.TABLES.values() for file in files
    )


def test_rows_of_parameters_are_summed_and_the_worst_is_told():
    rows = [
        row(f"{PICTURES}[.gif]", tried={"damaged inputs": 1200}),
        row(f"{PICTURES}[.png]", "failed", {"damaged inputs": 3}, commit="2b"),
    ]
    text = page.write_into(EMPTY, rows)
    assert "BMP | 1,203 damaged inputs | **no** | 4 | 1a, 2b | 2026-01-02 |" in text
    assert "In all: 1,203 damaged inputs." in text
    kills = page.write_into(EMPTY, [row(BUILD, tried={"kills": 1, "undisturbed builds": 2})])
    assert "no folder left | 1 kill, 2 undisturbed builds | yes | 2 |" in kills


def test_rows_are_made_of_what_was_counted_and_reported(monkeypatch):
    monkeypatch.setattr(tally, "_TRIED", tally.defaultdict(tally.Counter))
    monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{BUILD} (call)")
    tally.add("kills", 2)
    tally.add("kills", 3)
    reports = [
        *(report(BUILD, when) for when in ("setup", "call", "teardown")),
        report(TRAINING, "setup", "skipped", ("a.py", 3, "Skipped: no root")),
        report(LABELS, "call", "failed"),
        report(PICTURES, "setup"),  # broken off
    ]
    held, skipped, failed = tally.make_rows(reports, "1a", "2026-01-02")
    assert held == row(BUILD, tried={"kills": 5}) | {"seconds": 3.1}
    assert (skipped["outcome"], skipped["why"]) == ("not run", "no root")
    assert failed["outcome"] == "failed"


@pytest.mark.parametrize("name", page.TABLES)
def test_a_page_without_its_marks_is_refused(name):
    with pytest.raises(ValueError, match="one place"):
        page.write_into(EMPTY.replace(f"<!-- end of {name} -->", ""), [])
