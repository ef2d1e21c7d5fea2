"""Every command of setup.py is `python -m launch.X` and a console command, and both are one."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from tests.fakes import command, run_command
from tests.packaging import read_setup

COMMANDS = {
    name: EntryPoint(name, value, "console_scripts")
    for name, _, value in (
        entry.partition(" = ") for entry in read_setup()["entry_points"]["console_scripts"]
    )
}


@pytest.mark.parametrize("name", COMMANDS)
def test_both_ways_show_the_same_help(name):
    entry = COMMANDS[name]
    by_module = run_command(entry.module, "--help")
    # What pip writes into the script of a console command.
    script = f"import sys; sys.argv[0] = '{name}'; from {entry.module} import {entry.attr} as run"
    started = command(entry.module, "--help")
    started["args"][1:3] = ["-c", f"{script}; sys.exit(run())"]
    by_console = subprocess.run(**started, capture_output=True, check=False)
    assert by_module.returncode == by_console.returncode == 0, by_console.stderr
    assert f"python -m {entry.module}" in by_console.stdout
    assert sys.executable not in by_console.stdout
    lines = [
        [line for line in done.stdout.splitlines() if line.startswith("  --")]
        for done in (by_module, by_console)
    ]
    assert lines[0] == lines[1] != []
