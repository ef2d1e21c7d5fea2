"""The table at the end of the trials."""

from tests.trials import tally


def pytest_terminal_summary(terminalreporter):
    """Say how much was tried, where anything was."""
    passed = {report.nodeid for report in terminalreporter.stats.get("passed", [])}
    if lines := tally.make_table(passed):
        terminalreporter.section("tried")
        for line in lines:
            terminalreporter.line(line)
