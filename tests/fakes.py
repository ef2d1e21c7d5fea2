"""Tiny inputs whose answer is known, and the commands that the tests run for real."""

import contextlib
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]

# The sizes of the `debug` preset.
BALL_OPTIONS = {"n_train": 8, "n_test": 4, "seed": 0}


def make_ball_data(data_dir):
    """Write the real data set `sps_ball` with 8 training and 4 test trajectories."""
    from datasets.builders import make_builder

    make_builder("sps_ball", str(data_dir), **BALL_OPTIONS).download_and_prepare()


def numbered_frames(n_sequences, n_times=2, size=2):
    """Return uint8 frames in which every pixel of sequence i has the value i."""
    number = np.arange(n_sequences, dtype=np.uint8)
    shape = (n_sequences, n_times, size, size, 3)
    return np.broadcast_to(number[:, None, None, None, None], shape).copy()


def command(module, *arguments, **environment):
    """Return the arguments and the environment of `python -m module`, for `subprocess`."""
    return {
        "args": [sys.executable, "-m", module, *map(str, arguments)],
        "cwd": REPOSITORY,
        "env": {**os.environ, **environment},
        "text": True,
    }


def run_command(module, *arguments, **environment):
    """Run `python -m module` to its end; both streams are kept as text."""
    return subprocess.run(
        **command(module, *arguments, **environment), capture_output=True, check=False
    )


@contextlib.contextmanager
def file_size_limit(n_bytes):
    """Let the system refuse to make any file larger, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
