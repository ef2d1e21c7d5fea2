"""Builders that write shards: what TFDS reads, and what happens when writing goes wrong."""

import errno
import hashlib
import os
import random
from pathlib import Path

import grpc
import pytest
import tensorflow_datasets as tfds

from pipelines.beam import shard_writer
from pipelines.beam.settings import local_settings
from pipelines.beam.workers import WORKER_LOST
from sps_tf.errors import UserError
from tests.pipelines.beam.shard_fakes import DyingOnce, Numbers


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).glob("*.tfrecord*"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture
def builder(tmp_path):
    return Numbers(data_dir=str(tmp_path))


def numbers(builder, split):
    read_config = tfds.ReadConfig(interleave_cycle_length=1)
    dataset = builder.as_dataset(split=split, read_config=read_config)
    return [int(example["number"]) for example in tfds.as_numpy(dataset)]


def test_tfds_reads_the_examples_in_their_order(builder):
    builder.download_and_prepare()
    again = tfds.builder_from_directory(builder.data_path)
    assert again.info.splits["train"].shard_lengths == [2, 3, 2, 3, 2, 3, 2, 3]
    assert numbers(again, "train") == [number**2 for number in range(20)]
    assert numbers(again, "test") == [0, 1, 4]
    sizes = [path.stat().st_size for path in Path(builder.data_path).glob("*train.tfrecord*")]
    assert again.info.splits["train"].num_bytes == sum(sizes) - 20 * 16


def test_folder_holds_what_tfds_writes_and_nothing_else(builder):
    builder.download_and_prepare()
    names = {path.name for path in Path(builder.data_path).iterdir()} - set(record_hashes(builder))
    assert names == {"checksums.json", "dataset_info.json", "features.json", "metadata.json"}


def test_limit_and_number_of_shards_are_obeyed(builder):
    config = tfds.download.DownloadConfig(max_examples_per_split=5, num_shards=2)
    builder.download_and_prepare(download_config=config)
    assert builder.info.splits["train"].shard_lengths == [2, 3]
    assert numbers(builder, "train") == [0, 1, 4, 9, 16]
    assert builder.info.splits["test"].num_examples == 3


def test_a_part_of_the_examples_never_passes_for_all_of_them(builder, tmp_path):
    limited = tfds.download.DownloadConfig(max_examples_per_split=5)
    builder.download_and_prepare(download_config=limited)
    Numbers(data_dir=str(tmp_path)).download_and_prepare(download_config=limited)
    with pytest.raises(UserError, match=r"Received: all examples, while .* holds 5 of each"):
        Numbers(data_dir=str(tmp_path)).download_and_prepare()
    anew = tfds.download.DownloadConfig(download_mode=tfds.GenerateMode.REUSE_CACHE_IF_EXISTS)
    full = Numbers(data_dir=str(tmp_path))
    full.download_and_prepare(download_config=anew)
    assert full.info.splits["train"].num_examples == 20
    with pytest.raises(UserError, match=r"Received: 5, while .* holds all of each"):
        Numbers(data_dir=str(tmp_path)).download_and_prepare(download_config=limited)


def test_other_file_formats_are_refused(tmp_path):
    Numbers(data_dir=str(tmp_path), file_format="tfrecord")
    with pytest.raises(UserError, match=r"leave file_format out\. Received: array_record"):
        Numbers(data_dir=str(tmp_path), file_format="array_record")


@pytest.mark.parametrize("kind", ["bit", "swapped", "features.json", "metadata.json"])
def test_a_damaged_data_set_is_named_and_made_anew(builder, tmp_path, capsys, kind):
    builder.download_and_prepare()
    expected = {path.name: path.read_bytes() for path in Path(builder.data_path).iterdir()}
    paths = sorted(Path(builder.data_path).glob("*train.tfrecord*"))
    if kind == "bit":
        content = bytearray(paths[1].read_bytes())
        content[-6] ^= 1
        paths[1].write_bytes(content)
    elif kind == "swapped":  # two files of one length
        for path, other in ((paths[0], paths[2]), (paths[2], paths[0])):
            path.write_bytes(expected[other.name])
    else:
        (Path(builder.data_path) / kind).write_text("{}")
    again = Numbers(data_dir=str(tmp_path))
    again.download_and_prepare()
    assert "is damaged" in capsys.readouterr().err
    found = {path.name: path.read_bytes() for path in Path(builder.data_path).iterdir()}
    assert found == expected
    assert numbers(again, "train") == [number**2 for number in range(20)]
    Numbers(data_dir=str(tmp_path)).download_and_prepare()
    assert "is damaged" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"splits": 5}', '{"name": "x", "more": 1}', None]
)
def test_a_damaged_or_missing_description_is_named_and_the_set_made_anew(
    builder, tmp_path, capsys, content
):
    builder.download_and_prepare()
    expected = {path.name: path.read_bytes() for path in Path(builder.data_path).iterdir()}
    description = Path(builder.data_path) / "dataset_info.json"
    description.unlink() if content is None else description.write_text(content)
    again = Numbers(data_dir=str(tmp_path))
    assert not again.is_prepared()
    again.download_and_prepare()
    assert "is damaged (dataset_info.json)" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in Path(again.data_path).iterdir()} == expected


def test_a_folder_that_holds_files_of_others_is_not_removed(builder, tmp_path):
    folder = Path(builder.data_path)
    (folder / "photos").mkdir(parents=True)
    with pytest.raises(UserError, match=r"files of others, such as photos.*Received: "):
        builder.download_and_prepare()
    assert (folder / "photos").is_dir()


def test_runs_of_one_seed_build_in_folders_of_their_own(tmp_path, monkeypatch):
    folders, drawn = [], []
    monkeypatch.setattr(
        Numbers, "describe", lambda self, _: folders.append(Path(self.data_dir).name)
    )
    for name in ("a", "b"):
        random.seed(0)
        Numbers(data_dir=str(tmp_path / name)).download_and_prepare()
        drawn.append(random.random())
    assert len(set(folders)) == 2
    assert drawn == [random.Random(0).random()] * 2


def test_measures_of_all_shards_are_told_in_the_order_of_the_numbers(builder):
    builder.download_and_prepare()
    told = tfds.builder_from_directory(builder.data_path).info.metadata
    assert told == {
        "train": {"numbers": [number**2 for number in range(20)], "last": [361]},
        "test": {"numbers": [0, 1, 4], "last": [4]},
    }


def test_killed_worker_process_is_replaced_and_the_bytes_are_the_same(builder, tmp_path):
    builder.download_and_prepare()
    other = Numbers(data_dir=str(tmp_path / "other"))
    other.make_example = DyingOnce(tmp_path)
    other.download_and_prepare(download_config=local_settings(2).download_config())
    assert (tmp_path / "died").exists()
    assert record_hashes(other) == record_hashes(builder)
    assert other.info.metadata == builder.info.metadata


def failing_pipeline(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.parametrize(
    "error", [RuntimeError(f"{WORKER_LOST}: exited with return code -9"), grpc.RpcError()]
)
def test_workers_killed_again_and_again_end_in_one_line(builder, tmp_path, monkeypatch, error):
    monkeypatch.setattr(shard_writer.beam, "Pipeline", failing_pipeline(error))
    with pytest.raises(UserError, match=r"killed.*fewer worker processes") as caught:
        builder.download_and_prepare()
    assert "\n" not in str(caught.value)
    assert not [path for path in tmp_path.rglob("*") if "1.0.0" in path.name]


def test_full_disk_ends_in_one_line_and_nothing_is_left(builder, tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(tmp_path / "file"))
    monkeypatch.setattr(shard_writer, "write_records", failing_pipeline(full))
    with pytest.raises(UserError, match=r"could not be written.*No space left") as caught:
        builder.download_and_prepare()
    assert "\n" not in str(caught.value)
    assert str(caught.value).count("could not be written") == 1
    assert not [path for path in tmp_path.rglob("*") if "1.0.0" in path.name]


def test_full_disk_of_a_worker_elsewhere_ends_in_one_line(builder, monkeypatch):
    text = "Traceback (most recent call last):\n  x\nOSError: [Errno 28] No space left on device\n"
    monkeypatch.setattr(shard_writer.beam, "Pipeline", failing_pipeline(RuntimeError(text)))
    with pytest.raises(UserError, match=r"could not be written.*OSError: \[Errno 28\]"):
        builder.download_and_prepare()


def test_faults_of_the_program_keep_their_traceback(builder, monkeypatch):
    monkeypatch.setattr(
        shard_writer.beam, "Pipeline", failing_pipeline(RuntimeError("KeyError: 'x'"))
    )
    with pytest.raises(RuntimeError, match="KeyError"):
        builder.download_and_prepare()
