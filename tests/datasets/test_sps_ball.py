"""The ball data set: content, the same bytes from every runner, damage, bad options."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import BUILDERS, make_builder
from datasets.sps_ball.sps_ball_dataset_builder import Builder
from pipelines.beam.errors import show_user_errors_in_one_line
from pipelines.making.ball import make_example
from sps_tf.errors import UserError

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A prepared builder: 20 training and 3 test trajectories, seed 7."""
    builder = make_builder(
        "sps_ball", str(tmp_path_factory.mktemp("data")), n_train=20, n_test=3, seed=7
    )
    builder.download_and_prepare()
    return builder


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).glob("*.tfrecord*"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def remake(prepared, data_dir):
    """The same data set elsewhere, not prepared."""
    config = prepared.builder_config
    return Builder(data_dir=str(data_dir), config=config)


def test_examples_are_those_that_the_pipeline_makes(prepared):
    assert prepared.info.splits["train"].num_examples == 20
    found = list(tfds.as_numpy(prepared.as_dataset("test")))
    assert len(found) == 3
    for index, example in enumerate(found):
        expected = make_example(7, "test", index)
        for name in ("frames", "position", "velocity", "color"):
            np.testing.assert_array_equal(example[name], expected[name])


def test_two_balls_have_twice_the_labels(tmp_path):
    builder = make_builder("sps_ball/two", str(tmp_path), n_train=1, n_test=2, seed=7)
    builder.download_and_prepare()
    assert builder.builder_config.name == "two_train1_test2_seed7"
    for index, example in enumerate(tfds.as_numpy(builder.as_dataset("test"))):
        expected = make_example(7, "test", index, "two")
        assert example["position"].shape == (20, 6)
        for name in ("frames", "position", "velocity", "color"):
            np.testing.assert_array_equal(example[name], expected[name])


def test_who_is_second_to_make_a_data_set_takes_what_the_first_one_made(
    prepared, tmp_path, monkeypatch
):
    first, second = remake(prepared, tmp_path), remake(prepared, tmp_path)
    write = second._download_and_prepare

    def while_the_first_one_finishes(**arguments: object) -> None:
        first.download_and_prepare()
        write(**arguments)

    monkeypatch.setattr(second, "_download_and_prepare", while_the_first_one_finishes)
    second.download_and_prepare()
    assert record_hashes(second) == record_hashes(prepared)
    assert second.info.splits["train"].num_examples == 20
    assert len(list(second.as_dataset("test"))) == 3
    assert not list(tmp_path.rglob("incomplete*"))


def test_data_set_is_registered_and_described():
    assert "sps_ball" in tfds.list_builders(with_community_datasets=False)
    metadata = Builder.get_metadata()
    assert "Physical Symmetry" in metadata.description
    assert metadata.citation.startswith("@inproceedings{")
    valid_tags = tfds.core.dataset_metadata.valid_tags()
    assert metadata.tags and set(metadata.tags) <= set(valid_tags)


def test_tfds_build_with_two_worker_processes_writes_the_same_bytes(prepared, tmp_path):
    command = [
        Path(sys.executable).with_name("tfds"),
        "build",
        '--config={"name": "green", "n_train": 20, "n_test": 3, "seed": 7}',
        f"--data_dir={tmp_path}",
        "--beam_pipeline_options=direct_num_workers=2,direct_running_mode=multi_processing",
    ]
    result = subprocess.run(
        command,
        cwd=PROJECT_ROOT / "datasets" / "sps_ball",
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    again = remake(prepared, tmp_path)
    assert again.is_prepared()
    assert record_hashes(again) == record_hashes(prepared)
    assert len(record_hashes(again)) == 8 + 3
    for name in ("dataset_info.json", "features.json", "checksums.json"):
        ours, theirs = Path(prepared.data_path, name), Path(again.data_path, name)
        assert ours.read_bytes() == theirs.read_bytes()


def test_another_seed_writes_other_bytes_in_another_folder(prepared, tmp_path):
    other = make_builder("sps_ball", str(tmp_path), n_train=1, n_test=3, seed=8)
    other.download_and_prepare()
    name = "sps_ball-test.tfrecord-00000-of-00003"
    assert record_hashes(other)[name] != record_hashes(prepared)[name]
    assert other.builder_config.name == "green_train1_test3_seed8"


def test_killed_preparation_is_not_taken_for_complete(prepared, tmp_path):
    code = (
        f"import os, sys; sys.path.insert(0, {str(PROJECT_ROOT)!r})\n"
        "from datasets.sps_ball import sps_ball_dataset_builder as module\n"
        "module.make_record = lambda *a, **k: os.kill(os.getpid(), 9)\n"
        "from datasets.builders import make_builder\n"
        f"make_builder('sps_ball', {str(tmp_path)!r}, n_train=20, n_test=3, seed=7)"
        ".download_and_prepare()\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert any(path.name.startswith("incomplete.") for path in left)
    assert not list(tmp_path.rglob("dataset_info.json"))

    again = remake(prepared, tmp_path)
    assert not again.is_prepared()
    again.download_and_prepare()
    assert record_hashes(again) == record_hashes(prepared)


@pytest.fixture
def damaged(prepared, tmp_path):
    """A copy of the prepared data set, for damaging."""
    copy = tmp_path / Path(prepared.data_path).relative_to(Path(prepared.data_path).parents[2])
    copy.mkdir(parents=True)
    for path in Path(prepared.data_path).iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    return copy


def test_complete_copy_is_used_as_it_is(prepared, damaged, tmp_path):
    builder = remake(prepared, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in damaged.iterdir()}
    builder.download_and_prepare()
    assert before == {path: path.stat().st_mtime_ns for path in damaged.iterdir()}


def test_record_file_that_is_missing_or_cut_short_is_named_and_made_anew(
    prepared, damaged, tmp_path, capsys
):
    record = min(damaged.glob("*test.tfrecord*"))
    os.truncate(record, record.stat().st_size - 1)
    again = remake(prepared, tmp_path)
    again.download_and_prepare()
    assert f"is damaged ({record.name})" in capsys.readouterr().err
    assert record_hashes(again) == record_hashes(prepared)


def test_without_checksums_a_file_that_is_missing_or_cut_short_is_named(
    prepared, damaged, tmp_path
):
    (damaged / "checksums.json").unlink()
    record = min(damaged.glob("*test.tfrecord*"))
    os.truncate(record, record.stat().st_size - 1)
    with pytest.raises(UserError, match="test split is damaged"):
        remake(prepared, tmp_path).download_and_prepare()
    record.unlink()
    with pytest.raises(UserError, match="test split is damaged"):
        remake(prepared, tmp_path).download_and_prepare()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_damaged_or_missing_description_is_named_and_the_set_made_anew(
    prepared, damaged, tmp_path, capsys, is_there
):
    info = damaged / "dataset_info.json"
    info.write_text(info.read_text()[:100]) if is_there else info.unlink()
    again = remake(prepared, tmp_path)
    again.download_and_prepare()
    assert "is damaged (dataset_info.json)" in capsys.readouterr().err
    assert record_hashes(again) == record_hashes(prepared)


def test_folder_that_cannot_be_written_gives_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be written"):
        make_builder(
            "sps_ball", str(tmp_path / "file" / "data"), n_train=1, n_test=1
        ).download_and_prepare()


@pytest.mark.parametrize("option", ["n_train", "n_test", "seed"])
@pytest.mark.parametrize("value", [-1, 10**12, 2.5, "many", True])
def test_bad_sizes_and_seeds_give_one_clear_line(option, value):
    with pytest.raises(UserError) as error:
        make_builder("sps_ball", **{option: value})
    assert "\n" not in str(error.value)
    assert str(value) in str(error.value)


@pytest.mark.parametrize("option", ["n_train", "n_test"])
def test_empty_split_is_refused(option):
    with pytest.raises(UserError, match=f"{option} must lie in 1 to 1000000. Received: 0"):
        make_builder("sps_ball", **{option: 0})


def test_unknown_names_suggest_the_near_one():
    with pytest.raises(UserError, match="Did you mean 'sps_ball'"):
        make_builder("sps_bal")
    with pytest.raises(UserError, match="Did you mean 'n_train'"):
        make_builder("sps_ball", n_trian=3)
    with pytest.raises(UserError, match="Did you mean 'colorful'"):
        make_builder("sps_ball/colourful")


def test_default_sizes_are_the_papers():
    green, colorful = (make_builder(f"sps_ball/{name}") for name in ("green", "colorful"))
    assert green.builder_config.name == "green"
    assert (green.builder_config.n_train, green.builder_config.n_test) == (512, 512)
    assert colorful.n_examples() == 4096
    assert "sps_ball" in BUILDERS


def test_explicit_defaults_share_the_default_folder(tmp_path):
    default = make_builder("sps_ball", str(tmp_path))
    explicit = make_builder("sps_ball", str(tmp_path), n_train=512, n_test=512, seed=0)
    assert default.data_path == explicit.data_path


def test_tfds_command_reports_user_errors_in_one_line(monkeypatch, capsys):
    others = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: others.append(error))
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/tfds", "build"])
    show_user_errors_in_one_line()
    sys.excepthook(UserError, UserError("n_train is wrong"), None)
    assert capsys.readouterr().err == "error: n_train is wrong\n"
    sys.excepthook(KeyError, KeyError("x"), None)
    assert len(others) == 1


def test_other_programs_keep_their_own_error_reports(monkeypatch):
    def own(*error):
        pass

    monkeypatch.setattr(sys, "excepthook", own)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    show_user_errors_in_one_line()
    assert sys.excepthook is own
