"""Statistics of a tiny ball video, compared with NumPy; damage that is told in one line."""

import functools
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds
from apache_beam.internal import pickler
from tensorflow_data_validation.statistics import stats_impl
from tensorflow_metadata.proto.v0 import statistics_pb2

from pipelines.beam.settings import BeamSettings
from pipelines.tfx.validation.statistics import (
    Statistics,
    summarise_file,
    to_record_batch,
    write_statistics,
)
from pipelines.tfx.validation.statistics_files import feature_name, read_statistics
from sps_tf.errors import UserError
from tests.pipelines.tfx.validation.poison import ball_examples, record_files


@pytest.fixture(scope="module")
def examples(ball_data_dir):
    return ball_examples(ball_data_dir)


@pytest.fixture(scope="module")
def statistics_folder(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    properties = write_statistics(examples, folder, BeamSettings())
    assert properties.pop("data_set").startswith("sps_ball/green_train8_test4_seed0/")
    assert properties == {"n_examples": {"train": 8, "test": 4}, "left_out": []}
    return folder


def numbers(folder, split):
    return {feature_name(f): f.num_stats for f in read_statistics(folder)[split].features}


def test_statistics_are_those_of_numpy(examples, statistics_folder):
    stored = tfds.as_numpy(tfds.builder_from_directory(examples).as_dataset("train", batch_size=-1))
    found = numbers(statistics_folder, "train")
    frames = stored["frames"] / 255
    expected = {
        "frames/mean": frames.mean(axis=(2, 3, 4)),
        "frames/std": frames.std(axis=(2, 3, 4)),
        "color": stored["color"],
        **{f"position/{i}": stored["position"][..., i] for i in range(3)},
        **{f"velocity/{i}": stored["velocity"][..., i] for i in range(3)},
    }
    assert set(found) == set(expected)
    for name, values in expected.items():
        stats = found[name]
        got = (stats.mean, stats.std_dev, stats.min, stats.max)
        wanted = (values.mean(), values.std(), values.min(), values.max())
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6, err_msg=name)
        assert stats.common_stats.tot_num_values == values.size
        assert stats.common_stats.num_non_missing == 8
        assert stats.common_stats.min_num_values == values.shape[1]
        assert sum(b.sample_count for b in stats.histograms[0].buckets) == pytest.approx(
            values.size
        )


def test_training_split_comes_first(statistics_folder):
    assert list(read_statistics(statistics_folder)) == ["train", "test"]


def proto_of(statistics):
    return statistics_pb2.DatasetFeatureStatisticsList.FromString(statistics.to_proto())


def test_what_files_hold_is_summarised_anywhere_and_merged(examples, statistics_folder):
    paths = tuple(map(str, record_files(examples, "test")))
    summarise = pickler.loads(
        pickler.dumps(functools.partial(summarise_file, str(examples), paths))
    )
    merged = Statistics()
    for number in range(len(paths)):
        merged.add_partial(summarise(number)["partial"])
    assert merged.to_proto() == (statistics_folder / "test.pb").read_bytes()
    assert read_statistics(statistics_folder)["test"].num_examples == 4


def test_merged_statistics_are_those_that_tfdv_makes_of_all_rows_at_once():
    rng = np.random.default_rng(0)
    names = rng.choice(["a", "b", "c", "d"], size=90)
    rows = [{"x": rng.normal(size=3), "name": [name.encode()]} for name in names]
    columns, merged = {"x": np.float32, "name": bytes}, Statistics()
    for start in range(0, 90, 30):
        part = Statistics()
        part.add(to_record_batch(rows[start : start + 30], columns))
        merged.add_partial(part.to_partial())
    whole = stats_impl.generate_statistics_in_memory(to_record_batch(rows, columns))
    found = {feature_name(f): f for f in proto_of(merged).datasets[0].features}
    for expected in whole.datasets[0].features:
        feature = found.pop(feature_name(expected))
        assert feature.string_stats == expected.string_stats
        for kind in ("mean", "std_dev", "median", "min", "max"):
            wanted = getattr(expected.num_stats, kind)
            assert getattr(feature.num_stats, kind) == pytest.approx(wanted, rel=1e-6)
    assert not found


def test_batch_has_null_where_a_value_is_missing_and_a_column_for_damage():
    rows = [{"a": np.array([1.0, 2.0])}, {"a/damaged": np.array([1])}, {"b": [b"x"]}]
    batch = to_record_batch(rows, {"a": np.float32, "b": bytes})
    assert batch.to_pydict() == {
        "a": [[1.0, 2.0], None, None],
        "b": [None, None, [b"x"]],
        "a/damaged": [None, [1], None],
    }


def flip_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [flip_a_byte, empty, Path.unlink])
def test_damaged_record_file_is_told_in_one_line(damage, examples, tmp_path):
    target = tmp_path / "data"
    shutil.copytree(examples, target)
    damage(record_files(target, "train")[0])
    with pytest.raises(UserError, match=r"train split should have 8 examples, [0-7] can") as caught:
        write_statistics(target, tmp_path, BeamSettings())
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(f"Received: {target}")


@pytest.mark.parametrize("content", [None, "{", '{"name": 3}'])
def test_folder_without_a_prepared_data_set_is_told(content, tmp_path):
    if content:
        (tmp_path / "dataset_info.json").write_text(content)
    with pytest.raises(UserError, match=r"dataset_info\.json"):
        write_statistics(tmp_path, tmp_path, BeamSettings())


@pytest.mark.parametrize("content", [b"", b"no statistics"])
def test_damaged_statistics_are_told(content, tmp_path):
    (tmp_path / "train.pb").write_bytes(content)
    with pytest.raises(UserError, match="statistics are damaged"):
        read_statistics(tmp_path)


def test_folder_without_statistics_is_told(tmp_path):
    with pytest.raises(UserError, match="no statistics"):
        read_statistics(tmp_path)
