import subprocess
import sys
import time

import numpy as np
import pytest

from launch.configs import get_config
from sps_tf.errors import UserError
from sps_tf.training.input_pipeline import WaitClock, train_batches
from sps_tf.training.record_stream import RecordStream
from tests.fakes import numbered_frames


@pytest.fixture
def config():
    return get_config("sps_ball", "sps", "debug", 0)


def order_of(config, n_sequences, start_step=0):
    """Return which sequences each batch holds, (steps, batch)."""
    batches = train_batches(numbered_frames(n_sequences), config, start_step)
    return np.stack([np.rint(batch.numpy()[:, 0, 0, 0, 0] * 255) for batch in batches])


# === Batches ===


def test_batches_are_floats_in_unit_range(config):
    batch = next(iter(train_batches(np.full((8, 2, 4, 4, 3), 255, np.uint8), config, 0)))
    assert batch.shape == (config.batch_size, 2, 4, 4, 3)
    assert batch.dtype == "float32"
    np.testing.assert_array_equal(batch.numpy(), 1.0)


def test_every_pass_holds_each_sequence_once_in_a_new_order(config):
    config.steps, config.batch_size = 15, 4  # 60 sequences: 6 passes over 10, batches astride
    passes = order_of(config, 10).reshape(6, 10)
    np.testing.assert_array_equal(np.sort(passes, axis=1), np.tile(np.arange(10), (6, 1)))
    assert len({tuple(order) for order in passes}) > 1


def test_batches_depend_on_seed_and_step_alone(config):
    config.steps = 12
    whole = order_of(config, 10)
    np.testing.assert_array_equal(order_of(config, 10), whole)
    np.testing.assert_array_equal(order_of(config, 10, start_step=7), whole[7:])
    config.seed = 1
    assert (order_of(config, 10) != whole).any()


@pytest.mark.parametrize("waits", [False, True])
def test_labels_come_with_their_frames(config, waits):
    labels = np.arange(10, dtype=np.float64)[:, None, None]
    config.steps = 5
    wait, n_batches = WaitClock() if waits else None, 0
    for frames, found in train_batches(numbered_frames(10), config, 0, wait, labels):
        numbers = np.rint(frames.numpy()[:, 0, 0, 0, 0] * 255)
        np.testing.assert_array_equal(found.numpy()[:, 0, 0], numbers)
        n_batches += 1
    assert n_batches == 5


def test_labels_of_frames_on_disk_are_refused(config):
    stream = RecordStream((), 0, None)
    with pytest.raises(UserError, match=r"needs its training data in memory.*read from disk"):
        train_batches(stream, config, 0, labels=np.zeros((1, 1, 1)))


def test_replicas_share_every_batch(config):
    import tensorflow as tf

    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    batches = train_batches(numbered_frames(10), config, 0)
    shared = [
        np.concatenate([part.numpy() for part in strategy.experimental_local_results(batch)])
        for batch in strategy.experimental_distribute_dataset(batches)
    ]
    np.testing.assert_array_equal(shared, [batch.numpy() for batch in batches])


# === Waiting ===


def test_wait_clock_counts_batches_that_were_asked_for_before_they_were_made():
    clock = WaitClock()
    clock.add(asked=10.0, taken=12.5)
    clock.add(asked=20.0, taken=20.0)  # was ready
    assert clock.seconds == 2.5


def test_wait_clock_sees_a_slow_source_and_passes_its_elements_on():
    import tensorflow as tf

    def fetch(index):
        time.sleep(0.05)
        return index

    slow = tf.data.Dataset.range(6).map(lambda i: tf.numpy_function(fetch, [i], tf.int64))
    clock = WaitClock()
    assert [int(value) for value in clock.measure(slow, 6)] == list(range(6))
    assert clock.seconds > 0.05


def test_batches_are_made_ahead_while_the_clock_runs_and_operations_are_deterministic():
    """In a process of its own: nothing turns the determinism off again."""
    code = """
import time
import tensorflow as tf
from sps_tf.training.input_pipeline import WaitClock

tf.config.experimental.enable_op_determinism()
# Slow, and without a call of Python, which alone would keep it from being made ahead.
matrix = tf.eye(1000)
slow = tf.data.Dataset.range(12).map(lambda i: tf.linalg.det(tf.matmul(matrix, matrix)))
clock = WaitClock()
batches = iter(clock.measure(slow, 12))
next(batches)
time.sleep(20 * clock.seconds)  # a step long enough for the next ones
first = clock.seconds
for _ in range(3):
    next(batches)
print("waited", (clock.seconds - first) / first)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # On demand, three would take about three times as long as the first.
    assert float(done.stdout.split("waited")[1]) < 0.5, done.stdout


def test_batches_are_the_same_with_and_without_the_clock(config):
    frames = numbered_frames(8)
    plain = list(train_batches(frames, config, 0))
    measured = list(train_batches(frames, config, 0, WaitClock()))
    assert len(plain) == len(measured)
    for a, b in zip(plain, measured, strict=True):
        np.testing.assert_array_equal(a, b)


def test_floats_stay_as_they_are(config):
    frames = np.linspace(0, 1, 8 * 2 * 3, dtype=np.float16).reshape(8, 2, 3, 1, 1)
    batch = next(iter(train_batches(frames, config, 0))).numpy()
    assert batch.dtype == np.float32
    assert set(batch.ravel()) <= set(frames.astype(np.float32).ravel())
