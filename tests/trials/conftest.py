"""The table at the end of the trials, and the record of them."""

import datetime

import pytest

from sps_tf.files import write_bytes, write_json
from sps_tf.runs.versions import find_commit
from tests.trials import page, tally

COMMIT = pytest.StashKey[str]()
REPORTS = []


@pytest.fixture(scope="session", autouse=True)
def commit_at_start(pytestconfig):
    """Note the commit before files may be edited beside the trials."""
    pytestconfig.stash[COMMIT] = find_commit()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With --record keep what each trial has tried once it has ended, and write the page."""
    report = yield
    REPORTS.append(report)
    if call.when == "teardown" and item.config.getoption("record"):
        rows = make_rows(item.config, [part for part in REPORTS if part.nodeid == item.nodeid])
        recorded = page.merge(rows, page.read_recorded())
        write_json(page.RECORD_FILE, {"trials": recorded})
        text = page.write_into(page.PAGE_FILE.read_text(encoding="utf-8"), recorded)
        write_bytes(page.PAGE_FILE, text.encode())
    return report


def pytest_terminal_summary(terminalreporter, config):
    """Say what the trials have tried."""
    if not (rows := make_rows(config, REPORTS)):
        return
    terminalreporter.section("tried")
    for row in rows:
        tried = ", ".join(f"{n:,} {what}" for what, n in row["tried"].items())
        name = row["trial"].rpartition("::")[2]
        terminalreporter.line(f"{row['outcome']:<8} {row['seconds']:>6.0f} s  {name}  {tried}")


def make_rows(config, reports):
    """Sum up reports, see `tally.make_rows`."""
    commit = config.stash.get(COMMIT, "")
    return tally.make_rows(reports, commit, datetime.date.today().isoformat())
