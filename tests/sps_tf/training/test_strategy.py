import subprocess
import sys

import pytest

from sps_tf.errors import UserError
from sps_tf.training.strategy import make_strategy
from tests.fakes import REPOSITORY


def test_unknown_strategy_is_refused():
    with pytest.raises(UserError, match="Did you mean 'mirrored'"):
        make_strategy("miror", 4)


def test_one_device_is_no_distribution():
    import tensorflow as tf

    with make_strategy("one_device", 3).scope():
        assert not tf.distribute.has_strategy()


def test_missing_tpu_is_said_in_one_line(monkeypatch):
    monkeypatch.delenv("TPU_NAME", raising=False)
    monkeypatch.delenv("COLAB_TPU_ADDR", raising=False)
    with pytest.raises(UserError, match=r"No TPU was found .*--strategy=one_device") as missing:
        make_strategy("tpu", 4)
    assert "\n" not in str(missing.value)


MIRRORED = """
import pathlib
import sys

import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

from launch.configs import get_config
from sps_tf.data import Data
from sps_tf.errors import UserError
from sps_tf.evaluation import Report
from sps_tf.training import trainer
from tests.fakes import numbered_frames

frames = numbered_frames(8, n_times=20, size=32)
data = Data({"train": {"frames": frames}, "test": {}}, {})
trainer.make_report = lambda *_: Report({"test/x": 0.5})  # there are no positions
finish, ends = trainer._finish, []


def finish_and_note(state, *rest):
    ends.append(state.progress.logs)
    return finish(state, *rest)


trainer._finish = finish_and_note
config = get_config("sps_ball", "beta_vae", "debug", 0)
config.update(steps=4, checkpoint_every=2, eval_every=0)
trainer.train(config, sys.argv[1], lambda *_: data, strategy="mirrored")
assert np.isfinite(ends[0]["loss"]), ends
assert "input_wait_share" not in ends[0], ends
newest = sorted(pathlib.Path(sys.argv[1]).rglob("step_*.keras"))[-1]
newest.unlink()
pathlib.Path(sys.argv[1], "results.json").unlink()
trainer.train(config, sys.argv[1], lambda *_: data, strategy="mirrored")
assert ends[1]["loss"] == ends[0]["loss"]
config.batch_size = 3
try:
    trainer.train(config, sys.argv[2], lambda *_: data, strategy="mirrored")
except UserError as error:
    print(error)
"""


def test_mirrored_run_trains_resumes_and_shares_its_batches(tmp_path):
    """Needs a process of its own: a CPU is split in two before TensorFlow first uses it."""
    done = subprocess.run(
        [sys.executable, "-c", MIRRORED, tmp_path / "a", tmp_path / "b"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "at step 2 of 4" in done.stdout
    assert "2 replicas here, which must divide batch_size. Received: 3" in done.stdout
