"""Find the project's own `datasets` package, and not another one of that name."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from sps_tf.errors import UserError

_PROJECT = "sps_tf"


def find_project_datasets() -> ModuleType:
    """Import the project's `datasets` package, even where Hugging Face's comes first.

    A foreign package that is already imported loses its place in `sys.modules`; code that
    holds a reference to it keeps working.

    Returns:
        The package.

    Raises:
        UserError: if the project's package cannot be found.
    """
    module = _import_datasets()
    if _is_ours(module):
        return module
    root = str(Path(__file__).resolve().parents[1])
    sys.path[:] = [root, *(entry for entry in sys.path if entry != root)]
    for name in [name for name in sys.modules if name.partition(".")[0] == "datasets"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    module = _import_datasets()
    if not _is_ours(module):
        found = "none at all" if module is None else str(getattr(module, "__file__", module))
        raise UserError(
            "The importable package 'datasets' is not this project's. Run the command from the "
            f"project's folder, or uninstall the other package. Found: {found}"
        )
    return module


def _import_datasets() -> ModuleType | None:
    """Import whatever is called `datasets`, or return None where nothing imports."""
    try:
        return importlib.import_module("datasets")
    except ImportError:
        return None


def _is_ours(module: ModuleType | None) -> bool:
    """Tell the project's package by its marker."""
    return getattr(module, "PROJECT", None) == _PROJECT
