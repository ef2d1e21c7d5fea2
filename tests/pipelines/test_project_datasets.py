"""The project's `datasets` package is found, whichever of that name comes first."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
FIND = "from pipelines.project_datasets import find_project_datasets as find\n"


@pytest.fixture
def foreign_dir(tmp_path):
    """A folder with a package that only shares the name."""
    package = tmp_path / "datasets"
    package.mkdir()
    (package / "__init__.py").write_text("def load_dataset(): ...\n")
    (package / "arrow.py").write_text("")
    return tmp_path


def run(code, *first_on_path):
    """Run code in a fresh interpreter that finds the given folders first, then the project."""
    paths = [*map(str, first_on_path), str(PROJECT_ROOT)]
    code = f"import sys; sys.path[:0] = {paths!r}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=False
    )


def test_own_package_is_found_without_changing_the_path():
    result = run(f"{FIND}before = list(sys.path); print(find().PROJECT, before == sys.path)")
    assert result.stdout.split() == ["sps_tf", "True"], result.stderr


def test_foreign_package_first_on_the_path_is_passed_over(foreign_dir):
    code = f"{FIND}print(find().PROJECT)\nimport datasets.builders as b; print(sorted(b.BUILDERS))"
    result = run(code, foreign_dir)
    assert result.stdout.startswith("sps_tf\n"), result.stderr
    assert "sps_ball" in result.stdout


def test_foreign_package_imported_before_is_replaced_with_its_modules(foreign_dir):
    code = (
        f"import datasets.arrow\n{FIND}print(find().PROJECT)\n"
        "print('datasets.arrow' in sys.modules, datasets.__file__)"
    )
    result = run(code, foreign_dir)
    lines = result.stdout.splitlines()
    assert lines[0] == "sps_tf", result.stderr
    assert lines[1].startswith("False ") and str(foreign_dir) in lines[1]


def test_missing_own_package_gives_one_clear_line(foreign_dir):
    # A copy of the finder outside the project has no `datasets` of ours beside it.
    code = (
        f"{FIND}import pipelines.project_datasets as m\n"
        f"m.__file__ = {str(foreign_dir / 'pipelines' / 'project_datasets.py')!r}\n"
        f"sys.path[:] = [p for p in sys.path if p != {str(PROJECT_ROOT)!r}]\n"
        "try:\n    find()\nexcept ValueError as error:\n    print(error)"
    )
    result = run(code, foreign_dir)
    assert result.stdout.startswith("The importable package 'datasets' is not this project's.")
    assert str(foreign_dir) in result.stdout
    assert len(result.stdout.splitlines()) == 1
