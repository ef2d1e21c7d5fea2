"""Forty kills at random moments: what is killed goes on, and ends with the same bytes.

pytest -m trials
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sps_tf.runs.checkpoints import load_model
from sps_tf.runs.folder import Run
from tests.fakes import REPOSITORY, command, run_command
from tests.trials import tally

pytestmark = pytest.mark.trials

MAKE_DATA = "import sys; from tests.fakes import make_ball_data; make_ball_data(sys.argv[1])"
RUN_TOYS = """
import sys
from pathlib import Path
from pipelines.tfx.orchestration.metadata import MetadataLog
from pipelines.tfx.orchestration.runner import BeamSettings, Runner
from tests.pipelines.tfx.orchestration.toys import make_pipeline, parameters
root = Path(sys.argv[1])
root.mkdir(exist_ok=True)
toys = make_pipeline(root.with_name("calls"))
for n in range(3):
    Runner(root, MetadataLog(root), BeamSettings()).run(parameters(n=n), components=toys)
"""


def script(text, *arguments):
    """Return the arguments and the environment of a Python program, for `subprocess`."""
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return {"args": [sys.executable, "-c", text, *map(str, arguments)], "env": env}


def kill_at_random(call, n_kills, longest_secs, seed):
    """Start a command again and again, and kill it; return how often it had not ended before."""
    moments, killed = random.Random(seed), 0
    for _ in range(n_kills):
        with subprocess.Popen(
            **call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
        ) as process:
            time.sleep(moments.uniform(0, longest_secs))
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
    tally.add("kills", killed)
    return killed


def measure(call):
    """Run a command to its end; return how long it took."""
    started = time.monotonic()
    done = subprocess.run(**call, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - started


def files_of(folder):
    """Return the bytes of all files that users see, by name."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-2:])
    }


def test_a_build_killed_again_and_again_ends_with_the_same_bytes(tmp_path):
    """Build of a data set, `kill -9` at random moments:
    the bytes of an undisturbed one, no folder left.
    """
    secs = measure(script(MAKE_DATA, tmp_path / "whole"))
    killed = kill_at_random(script(MAKE_DATA, tmp_path / "killed"), 14, secs, seed=0)
    measure(script(MAKE_DATA, tmp_path / "killed"))
    assert killed > 0
    versions = [next((tmp_path / name).rglob("1.1.0")) for name in ("whole", "killed")]
    assert files_of(versions[0]) == files_of(versions[1])
    # One that was killed before it had written anything may be another's, for ten minutes.
    assert not list((tmp_path / "killed").rglob("incomplete.*/*"))


def test_a_pipeline_killed_again_and_again_leaves_what_one_makes(tmp_path):
    """Pipeline of toy components, likewise:
    the same artifacts, no folder that its metadata do not know.
    """
    secs = measure(script(RUN_TOYS, tmp_path / "whole"))
    killed = kill_at_random(script(RUN_TOYS, tmp_path / "killed"), 14, secs, seed=1)
    measure(script(RUN_TOYS, tmp_path / "killed"))
    assert killed > 0
    made = {}
    for name in ("whole", "killed"):
        folders = sorted((tmp_path / name).glob("*/*/[0-9]*"))
        made[name] = sorted((f.parent.name, *map(Path.read_text, f.iterdir())) for f in folders)
    assert made["killed"] == made["whole"]  # no folder that the metadata do not know


def test_a_training_killed_again_and_again_ends_with_the_same_weights(ball_data_dir, tmp_path):
    """Training, likewise: the same weights, bit for bit; nothing half-written left."""
    flags = ("--dataset=sps_ball", "--preset=debug", "--method=beta_vae")
    flags += ("--config.log_every=1", "--config.checkpoint_every=2", f"--data_dir={ball_data_dir}")

    def call(name):
        return ("launch.train", *flags, f"--workdir={tmp_path / name}")

    started = time.monotonic()
    assert run_command(*call("whole")).returncode == 0
    secs = time.monotonic() - started
    killed = kill_at_random(command(*call("killed")), 12, secs, seed=2)
    done = run_command(*call("killed"))
    assert done.returncode == 0, done.stderr
    assert killed > 0
    weights = [load_model(Run(tmp_path / n).model_path).weights for n in ("whole", "killed")]
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    assert not list((tmp_path / "killed").rglob(".tmp-*"))
