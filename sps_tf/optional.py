"""Packages that only the pipeline needs, and what to do where they are missing."""

import importlib
from types import ModuleType

from sps_tf.errors import UserError


def require_module(name: str) -> ModuleType:
    """Import a module of the extra `pipeline`.

    Args:
        name: the module's full name, such as "tensorflow_data_validation".

    Returns:
        The module.

    Raises:
        UserError: if it, or something that it needs, is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserError(
            f'This needs {name}, which the extra brings: pip install "sps-tf[pipeline]". '
            f"Received: {error}"
        ) from error
