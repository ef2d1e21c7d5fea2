"""Make sure that `datasets` is the project's package, and not another one of that name."""

import importlib
from types import ModuleType

from sps_tf.errors import UserError

_PROJECT = "sps_tf"


def check_project_datasets() -> None:
    """Import the project's `datasets` package.

    Raises:
        UserError: if another package of that name (Hugging Face's) comes first, or none is found.
    """
    module = _import_datasets()
    if getattr(module, "PROJECT", None) != _PROJECT:
        found = "none at all" if module is None else str(getattr(module, "__file__", module))
        raise UserError(
            "The importable package 'datasets' is not this project's. Run the command from the "
            f"project's folder, or uninstall the other package. Found: {found}"
        )


def _import_datasets() -> ModuleType | None:
    """Import whatever is called `datasets`, or return None where nothing imports."""
    try:
        return importlib.import_module("datasets")
    except ImportError:
        return None
