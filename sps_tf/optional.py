"""Packages that not every use needs, and what to do where they are missing."""

import importlib
import importlib.util
from types import ModuleType

from sps_tf.errors import UserError

# The extra of setup.py that brings each package that is imported where it is used.
EXTRAS = {
    "cv2": "video",
    "distributed": "dask",
    "fluidsynth": "audio",
    "librosa": "audio",
    "mido": "audio",
    "ml_metadata": "pipeline",
    "pretty_midi": "audio",
    "pycocotools": "masks",
    "soundfile": "audio",
    "soxr": "audio",
    "tf2onnx": "onnx",
    "tensorflow_data_validation": "pipeline",
    "tensorflow_io": "audio",
}


def require_module(name: str) -> ModuleType:
    """Import a module of a package that an extra brings.

    Args:
        name: the module's full name, such as "pycocotools.mask"; its package is in `EXTRAS`.

    Returns:
        The module.

    Raises:
        UserError: if it, or something that it needs, is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _missing(name, str(error)) from error


def require_extra(extra: str) -> None:
    """Check that every package of an extra is installed, without importing them.

    Args:
        extra: a value of `EXTRAS`, such as "audio".

    Raises:
        UserError: if one is not installed.
    """
    for name in (package for package, brought_by in EXTRAS.items() if brought_by == extra):
        if importlib.util.find_spec(name) is None:
            raise _missing(name, "no such package")


def _missing(name: str, received: str) -> UserError:
    extra = EXTRAS[name.partition(".")[0]]
    return UserError(
        f'This needs {name}, which an extra brings: pip install "sps-tf[{extra}]". '
        f"Received: {received}"
    )
