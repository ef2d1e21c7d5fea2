"""The README's Python example runs, and its commands are those that CI runs."""

import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


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


def test_every_config_field_that_a_command_names_exists():
    from launch.cli import list_fields
    from launch.configs import get_config

    assert "data.note_secs" in list_fields(get_config("audio_folder"))  # named in the text alone
    n_found = 0
    for line in README.splitlines():
        dataset = re.search(r"--dataset=(\S+)", line) or (None, "sps_ball")
        for path in re.findall(r"--config\.([\w.]+)=", line):
            assert path in list_fields(get_config(dataset[1])), line
            n_found += 1
    assert n_found > 3


def test_every_file_that_the_readme_links_to_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
