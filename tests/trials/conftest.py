"""The table at the end of the trials, and the record of them."""

import datetime

import pytest

from sps_tf.files import write_bytes, write_json
from sps_tf.runs.versions import find_commit
from tests.trials import page, tally

COMMIT = pytest.StashKey[str]()


@pytest.fixture(scope="session", autouse=True)
def commit_at_start(pytestconfig):
    """Note the commit before files may be edited beside the trials."""
    pytestconfig.stash[COMMIT] = find_commit()


def pytest_terminal_summary(terminalreporter, config):
    """Say what the trials have tried, and with --record keep it and write the page."""
    stats = terminalreporter.stats
    reports = [
        report
        for kind in ("", "passed", "failed", "error", "skipped")
        for report in stats.get(kind, [])
        if report.nodeid.startswith("tests/trials/")
    ]
    commit = config.stash.get(COMMIT, "")
    rows = tally.make_rows(reports, commit, datetime.date.today().isoformat())
    if not rows:
        return
    terminalreporter.section("tried")
    for row in rows:
        tried = ", ".join(f"{n:,} {what}" for what, n in row["tried"].items())
        name = row["trial"].rpartition("::")[2]
        terminalreporter.line(f"{row['outcome']:<8} {row['seconds']:>6.0f} s  {name}  {tried}")
    if config.getoption("record"):
        recorded = page.merge(rows, page.read_recorded())
        write_json(page.RECORD_FILE, {"trials": recorded})
        text = page.write_into(page.PAGE_FILE.read_text(encoding="utf-8"), recorded)
        write_bytes(page.PAGE_FILE, text.encode())
