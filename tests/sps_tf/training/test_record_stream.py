import functools

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.loading import load_data
from launch.configs import get_config
from pipelines.beam.record_files import write_records
from sps_tf.errors import UserError
from sps_tf.training.input_pipeline import WaitClock, train_batches
from sps_tf.training.record_stream import open_stream

N_FILES, N_EACH = 5, 4
SHAPE = (8, 32, 32, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A prepared data set of 20 sequences in five files; all pixels of one hold its number."""
    folder = tmp_path_factory.mktemp("numbered")
    rng = np.random.default_rng(0)
    features = tfds.features.FeaturesDict(
        {
            "frames": tfds.features.Tensor(shape=SHAPE, dtype=np.uint8, encoding="zlib"),
            "position": tfds.features.Tensor(shape=(SHAPE[0], 3), dtype=np.float32),
        }
    )
    for split, n_files in (("train", N_FILES), ("test", 1)):
        for number in range(n_files):
            records = [
                features.serialize_example(
                    {
                        "frames": np.full(SHAPE, number * N_EACH + i, np.uint8),
                        "position": rng.normal(size=(SHAPE[0], 3)).astype(np.float32),
                    }
                )
                for i in range(N_EACH)
            ]
            write_records(
                folder / f"numbered-{split}.tfrecord-{number:05d}-of-{n_files:05d}", records
            )
    tfds.folder_dataset.write_metadata(data_dir=folder, features=features)
    return folder


@pytest.fixture
def config(folder):
    config = get_config("sps_ball", "sps", "debug", 0)
    config.input.update(memory_limit_gib=0.0, shuffle_block=6)
    config.update(batch_size=3, steps=20)
    return config


def order_of(config, folder, start_step=0):
    stream = open_stream(tfds.builder_from_directory(folder), "train")
    batches = train_batches(stream, config, start_step)
    return np.stack([np.rint(batch.numpy()[:, 0, 0, 0, 0] * 255) for batch in batches])


def test_every_pass_holds_each_sequence_once_in_a_new_order(config, folder):
    passes = order_of(config, folder).reshape(3, 20)  # 60 sequences: batches astride
    np.testing.assert_array_equal(np.sort(passes, axis=1), np.tile(np.arange(20), (3, 1)))
    assert len({tuple(order) for order in passes}) == 3


def test_files_are_mixed(config, folder):
    order = order_of(config, folder).ravel()[:20]
    assert len(set(order[:5] // N_EACH)) > 2


@pytest.mark.parametrize("start_step", [1, 7, 13, 19])
def test_batches_depend_on_seed_and_step_alone(config, folder, start_step):
    whole = order_of(config, folder)
    np.testing.assert_array_equal(order_of(config, folder, start_step), whole[start_step:])
    config.seed = 1
    assert (order_of(config, folder) != whole).any()


def test_batches_are_floats_in_unit_range_and_waiting_for_them_is_measured(config, folder):
    stream = open_stream(tfds.builder_from_directory(folder), "train")
    wait = WaitClock()
    batch = next(iter(train_batches(stream, config, 0, wait)))
    assert batch.shape == (3, *SHAPE)
    assert batch.dtype == "float32"
    assert 0 < batch.numpy().max() <= 19 / 255
    assert wait.seconds > 0


def test_only_sets_above_the_limit_are_read_from_disk(config, folder):
    large = load_data(config, examples=folder)
    config.input.memory_limit_gib = 1.0
    small = load_data(config, examples=folder)
    assert small.stream is None
    assert large.stream.n_sequences == 20
    assert large.stream.n_gib == pytest.approx(20 * np.prod(SHAPE) / 2**30)
    assert large.splits["test"]["frames"].shape == (N_EACH, *SHAPE)


def test_a_large_set_is_started_from_its_first_sequences(config, folder, monkeypatch):
    monkeypatch.setattr("datasets.loading._SAMPLE_SEQUENCES", 6)
    data = load_data(config, examples=folder)
    np.testing.assert_array_equal(data.splits["train"]["frames"][:, 0, 0, 0, 0], np.arange(6))


def test_the_mean_of_the_whole_split_is_read_where_it_is_told(config, folder):
    assert load_data(config, examples=folder).mean_frame is None
    np.save(folder / "mean_frame.npy", np.full(SHAPE[1:], 0.25, np.float32))
    try:
        np.testing.assert_array_equal(load_data(config, examples=folder).mean_frame, 0.25)
    finally:
        (folder / "mean_frame.npy").unlink()


def test_a_folder_without_a_prepared_data_set_is_refused(config, tmp_path):
    with pytest.raises(UserError, match=r"has no dataset_info\.json"):
        load_data(config, examples=tmp_path)


def test_a_run_from_disk_that_was_stopped_equals_one_that_was_not(
    config, folder, tmp_path, monkeypatch
):
    from sps_tf.training import callbacks
    from sps_tf.training import trainer as training

    load = functools.partial(load_data, examples=folder)
    config.update(batch_size=4, steps=8)
    whole = training.train(config, tmp_path / "whole", load)

    def stop(self, epoch, logs=None):
        if epoch == 2:  # step 6, behind the checkpoint of step 4
            raise KeyboardInterrupt

    monkeypatch.setattr(callbacks.TestLogger, "on_epoch_end", stop)
    with pytest.raises(KeyboardInterrupt):
        training.train(config, tmp_path / "parts", load)
    monkeypatch.undo()
    parts = training.train(config, tmp_path / "parts", load)
    same = [name for name in whole["metrics"] if "per_second" not in name and "wait" not in name]
    assert {n: parts["metrics"][n] for n in same} == {n: whole["metrics"][n] for n in same}
