"""Ctrl-C on `tfds build` with worker processes: one line, and nothing is left.

pytest -m trials
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fakes import REPOSITORY
from tests.trials import tally

pytestmark = pytest.mark.trials


@pytest.fixture(autouse=True)
def children_heed_ctrl_c():
    """What a shell starts in the background ignores SIGINT, and so do its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("n_workers", [1, 2])
def test_ctrl_c_is_one_line_and_leaves_nothing(tmp_path, n_workers):
    """Ctrl-C on `tfds build`, with one process and with two: one line, no record file left."""
    workers = f"direct_num_workers={n_workers},direct_running_mode=multi_processing"
    build = subprocess.Popen(
        [
            Path(sys.executable).with_name("tfds"),
            "build",
            '--config={"name": "green", "n_train": 4000, "n_test": 8}',
            f"--data_dir={tmp_path}",
            f"--beam_pipeline_options={workers if n_workers > 1 else 'direct_num_workers=1'}",
        ],
        cwd=REPOSITORY / "datasets" / "sps_ball",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    while not list(tmp_path.rglob(".tmp-*")):  # a worker has begun a file
        assert build.poll() is None, build.communicate()
        time.sleep(0.1)
    os.killpg(build.pid, signal.SIGINT)
    tally.add("interrupts", 1)
    _, errors = build.communicate(timeout=60)
    assert build.returncode == 128 + signal.SIGINT
    assert errors.rstrip().splitlines()[-1] == "Stopped. The same command begins anew."
    assert "Traceback" not in errors, errors
    assert not list(tmp_path.rglob("*.tfrecord*"))
