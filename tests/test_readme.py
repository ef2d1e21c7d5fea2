"""The README's Python example runs, CI runs its commands, and links lead somewhere."""

import re
from pathlib import Path

import numpy as np
import pytest

from launch.cli import list_fields
from launch.configs import DATASETS, get_config

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_python_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    namespace: dict = {}
    exec(compile(code, "README.md", "exec"), namespace)
    assert np.asarray(namespace["z"]).shape == (8, 20, 3)


def test_every_module_that_a_command_names_is_run_by_ci():
    commands = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    modules = set(re.findall(r"python -m (\S+)", "\n".join(commands)))
    ci = (ROOT / ".ci" / "readme_commands.sh").read_text(encoding="utf-8")
    assert modules
    for module in modules:
        assert f"python -m {module}" in ci, module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_config_field_that_a_page_names_exists(page):
    of_any = {field for dataset in DATASETS for field in list_fields(get_config(dataset))}
    for line in page.read_text(encoding="utf-8").splitlines():
        dataset = re.search(r"--dataset=(\S+)", line)
        known = list_fields(get_config(dataset[1])) if dataset else of_any
        for path in re.findall(r"--config\.(\w[\w.]*)", line):
            assert path in known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_exists(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target
