import shutil
import time

import numpy as np
import pytest

from launch.configs import get_config
from launch.input_pipeline import WaitClock, check_frames, load_split, train_batches
from sps_tf.errors import UserError
from tests.fakes import numbered_frames


@pytest.fixture
def config():
    return get_config("sps_ball", "sps", "debug", 0)


@pytest.fixture
def own_data_dir(ball_data_dir, tmp_path):
    """A copy of the tiny data set, to be damaged."""
    return shutil.copytree(ball_data_dir, tmp_path / "data")


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
    clock.add(asked=10.0, made=12.5)
    clock.add(asked=20.0, made=19.0)  # was ready
    assert clock.seconds == 2.5


def test_wait_clock_sees_a_slow_source_and_passes_its_elements_on():
    import tensorflow as tf

    def fetch(index):
        time.sleep(0.05)
        return index

    slow = tf.data.Dataset.range(6).map(lambda i: tf.numpy_function(fetch, [i], tf.int64))
    clock = WaitClock()
    assert [int(value) for value in clock.measure(slow)] == list(range(6))
    assert clock.seconds > 0.05


def test_batches_are_the_same_with_and_without_the_clock(config):
    frames = numbered_frames(8)
    plain = list(train_batches(frames, config, 0))
    measured = list(train_batches(frames, config, 0, WaitClock()))
    assert len(plain) == len(measured)
    for a, b in zip(plain, measured, strict=True):
        np.testing.assert_array_equal(a, b)


# === Frames ===


def test_floats_become_the_nearest_of_256_levels():
    frames = np.linspace(0, 1, 256, dtype=np.float64).reshape(1, 2, 8, 16, 1)
    np.testing.assert_array_equal(check_frames(frames).ravel(), np.arange(256))


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (np.zeros((4, 20, 32, 32), np.uint8), r"axes .*\(4, 20, 32, 32\)"),
        (np.zeros((0, 20, 32, 32, 3), np.uint8), r"axes .*\(0, 20, 32, 32, 3\)"),
        (np.zeros((4, 1, 32, 32, 3), np.uint8), "at least 2"),
        (np.zeros((4, 20, 8, 8, 3), np.int64), "uint8.*int64"),
        (np.full((4, 2, 8, 8, 3), 255.0), r"\[0, 1\].*from 255 to 255"),
        (np.full((4, 2, 8, 8, 3), -0.1), "from -0.1"),
        (np.full((4, 2, 8, 8, 3), np.nan), "nan"),
    ],
)
def test_wrong_frames_are_refused(frames, reason):
    with pytest.raises(UserError, match=f"my frames .*{reason}"):
        check_frames(frames, "my frames")


# === Data sets ===


def test_split_holds_frames_and_labels_of_the_same_trajectories(config, ball_data_dir):
    from pipelines.ball import make_example

    arrays = load_split(config, "test", str(ball_data_dir))
    assert arrays["frames"].shape == (4, 20, 32, 32, 3)
    assert arrays["frames"].dtype == np.uint8
    examples = [make_example(0, "test", i) for i in range(4)]
    found = [
        next(i for i in range(4) if np.array_equal(examples[i]["position"], position))
        for position in arrays["position"]
    ]
    assert sorted(found) == [0, 1, 2, 3]
    for i, frames in zip(found, arrays["frames"], strict=True):
        np.testing.assert_array_equal(frames, examples[i]["frames"])


def test_missing_data_set_is_made(config, tmp_path, capsys):
    config.data.update(n_train=2, n_test=1)
    assert len(load_split(config, "train", str(tmp_path))["frames"]) == 2
    assert "Making sps_ball" in capsys.readouterr().out
    assert len(load_split(config, "test", str(tmp_path))["frames"]) == 1
    assert "Making" not in capsys.readouterr().out


def shards(data_dir):
    return sorted(data_dir.rglob("*train.tfrecord*"))


def test_missing_records_are_refused(config, own_data_dir):
    shards(own_data_dir)[0].unlink()
    with pytest.raises(UserError, match="Delete"):
        load_split(config, "train", str(own_data_dir))


def test_flipped_bytes_are_refused(config, own_data_dir):
    shard = shards(own_data_dir)[0]
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged.*Delete"):
        load_split(config, "train", str(own_data_dir))


def test_half_made_data_set_is_refused(config, own_data_dir):
    next(own_data_dir.rglob("dataset_info.json")).unlink()
    with pytest.raises(UserError, match="Delete"):
        load_split(config, "train", str(own_data_dir))


def test_data_dir_that_cannot_be_written_is_named(config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=str(tmp_path / "file")):
        load_split(config, "train", str(tmp_path / "file"))
