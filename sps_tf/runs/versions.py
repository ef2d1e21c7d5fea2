"""Versions of what a result depends on."""

import contextlib
import os
import platform
import subprocess
from pathlib import Path

import keras
import numpy

import sps_tf
from sps_tf.backend import name_devices, uses_tensorflow


def list_versions() -> dict[str, str]:
    """Return the versions of what a result depends on, and what it was computed on.

    `commit` is there in a git checkout alone; "-dirty" follows where files differ from it.
    """
    return {
        "python": platform.python_version(),
        **_backend_versions(),
        "keras": keras.__version__,
        "sps_tf": sps_tf.__version__,
        "numpy": numpy.__version__,
        "device": name_devices(),
        # Sums are added up in another order with another number of threads.
        "threads": os.environ.get("TF_NUM_INTRAOP_THREADS") or str(os.cpu_count()),
        **({"commit": commit} if (commit := find_commit()) else {}),
    }


def _backend_versions() -> dict[str, str]:
    if uses_tensorflow():
        import tensorflow as tf
        import tensorflow_datasets as tfds

        return {"tensorflow": tf.__version__, "tensorflow_datasets": tfds.__version__}
    import jax

    return {"jax": jax.__version__}


def find_commit() -> str:
    """Return the commit of the project's files; empty where they are not a git checkout."""
    root = Path(sps_tf.__file__).parents[1]
    if not (root / ".git").exists():
        return ""
    command = ["git", "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=10, check=True
        )
        return done.stdout.strip()
    return ""
