"""The project's `datasets` package is used, or it is said that another is in its place."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CHECK = (
    "from launch.project_datasets import check_project_datasets as check\n"
    "try:\n    check()\nexcept ValueError as error:\n    print(error)\n"
)


@pytest.fixture
def foreign_dir(tmp_path):
    """A folder with a package that only shares the name."""
    package = tmp_path / "datasets"
    package.mkdir()
    (package / "__init__.py").write_text("def load_dataset(): ...\n")
    return tmp_path


def run(code, *first_on_path):
    """Run code in a fresh interpreter that finds the given folders first, then the project."""
    paths = [*map(str, first_on_path), str(PROJECT_ROOT)]
    code = f"import sys; sys.path[:0] = {paths!r}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=False
    )


def test_own_package_passes_without_changing_the_path():
    result = run(f"before = list(sys.path)\n{CHECK}print(before == sys.path)")
    assert result.stdout.split() == ["True"], result.stderr


def test_foreign_package_is_named_in_one_line_and_left_where_it_is(foreign_dir):
    result = run(f"{CHECK}print(sys.modules['datasets'].__file__)", foreign_dir)
    error, module = result.stdout.splitlines()
    assert error.startswith("The importable package 'datasets' is not this project's.")
    assert str(foreign_dir) in error
    assert module.startswith(str(foreign_dir))
