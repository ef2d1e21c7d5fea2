"""Forty kills at random moments: what is killed goes on, and ends with the same bytes.

pytest -m trials
"""

from pathlib import Path

import numpy as np
import pytest

from sps_tf.runs.checkpoints import load_model
from sps_tf.runs.folder import Run
from tests.trials.killing import kill_again_and_again

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
TRAIN = "from launch.train import console; console()"


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
    argv = ["make", str(tmp_path / "{name}")]
    whole, *killed = kill_again_and_again(MAKE_DATA, argv, n_kills=18, seed=0)
    expected = files_of(next((tmp_path / whole).rglob("1.1.0")))
    for name in killed:
        assert files_of(next((tmp_path / name).rglob("1.1.0"))) == expected
    # One that was killed before it had written anything may be another's, for ten minutes.
    assert not list(tmp_path.rglob("incomplete.*/*"))


def test_a_pipeline_killed_again_and_again_leaves_what_one_makes(tmp_path):
    """Pipeline of toy components, likewise:
    the same artifacts, no folder that its metadata do not know.
    """
    argv = ["run", str(tmp_path / "{name}")]
    made = []
    for name in kill_again_and_again(RUN_TOYS, argv, n_kills=18, seed=1):
        folders = sorted((tmp_path / name).glob("*/*/[0-9]*"))
        made.append(sorted((f.parent.name, *map(Path.read_text, f.iterdir())) for f in folders))
    assert all(artifacts == made[0] for artifacts in made)


def test_a_training_killed_again_and_again_ends_with_the_same_weights(ball_data_dir, tmp_path):
    """Training, likewise: the same weights, bit for bit; nothing half-written left."""
    argv = ["train", "--dataset=sps_ball", "--preset=debug", "--method=beta_vae"]
    argv += ["--config.log_every=1", "--config.checkpoint_every=2", f"--data_dir={ball_data_dir}"]
    argv += [f"--workdir={tmp_path / '{name}'}"]
    whole, *killed = kill_again_and_again(TRAIN, argv, n_kills=6, seed=2)
    expected = load_model(Run(tmp_path / whole).model_path).weights
    for name in killed:
        weights = load_model(Run(tmp_path / name).model_path).weights
        for ours, theirs in zip(expected, weights, strict=True):
            np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    assert not list(tmp_path.rglob(".tmp-*"))
