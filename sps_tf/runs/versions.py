"""Versions of what a result depends on."""

import contextlib
import os
import platform
import subprocess
from pathlib import Path

import keras
import numpy
import tensorflow as tf
import tensorflow_datasets as tfds

import sps_tf


def list_versions() -> dict[str, str]:
    """Return the versions of what a result depends on, and what it was computed on.

    `commit` is there in a git checkout alone; "-dirty" follows where files differ from it.
    """
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "sps_tf": sps_tf.__version__,
        "numpy": numpy.__version__,
        "tensorflow_datasets": tfds.__version__,
        "device": _name_devices(),
        # Sums are added up in another order with another number of threads.
        "threads": os.environ.get("TF_NUM_INTRAOP_THREADS") or str(os.cpu_count()),
        **({"commit": commit} if (commit := find_commit()) else {}),
    }


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


def _name_devices() -> str:
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"CPU, {os.cpu_count()} cores, {platform.machine()}"
    names = [tf.config.experimental.get_device_details(gpu).get("device_name") for gpu in gpus]
    return ", ".join(str(name) for name in names)
