"""One's own videos: the examples, what the record says, names, and what is refused."""

import hashlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import make_builder
from datasets.video_folder.video_folder_dataset_builder import Builder, make_config
from pipelines.beam.settings import local_settings
from sps_tf.errors import UserError
from tests.pipelines.making.video_folder.fakes import (
    SIZE,
    load,
    pictures,
    write_pictures,
    write_video,
)

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three usable videos and a damaged one."""
    folder = tmp_path_factory.mktemp("videos")
    write_pictures(folder / "a", pictures(12))
    write_video(folder / "b.avi", pictures(9))
    write_pictures(folder / "c" / "d", pictures(16))
    (folder / "text.mp4").write_text("this is no video")
    return folder


def prepare(data_dir, folder, n_workers=1, **options):
    builder = make_builder("video_folder", str(data_dir), folder=str(folder), **SIZE | options)
    builder.download_and_prepare(download_config=local_settings(n_workers).download_config())
    return builder


def read(builder, split):
    return list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)))


def record_hashes(builder):
    paths = sorted(Path(builder.data_path).iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, folder):
    return prepare(tmp_path_factory.mktemp("data"), folder)


def test_examples_are_the_folders_sequences_in_their_order(prepared, folder):
    expected = load(folder)
    videos = expected["record"]["videos"]
    for split in ("train", "test"):
        examples = read(prepared, split)
        frames = np.stack([example["frames"] for example in examples])
        np.testing.assert_array_equal(frames, expected[split])
        names = [n for n, about in videos.items() for _ in range(about["sequences"])]
        names = [name for name in names if videos[name]["split"] == split]
        assert [example["video"].decode() for example in examples] == names


def test_grey_frames_keep_their_channel(folder, tmp_path):
    grey = prepare(tmp_path, folder, channels=1)
    frames = np.stack([example["frames"] for example in read(grey, "train")])
    np.testing.assert_array_equal(frames, load(folder, channels=1)["train"])


def test_the_record_says_what_was_kept_and_why_not(folder, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        builder = prepare(tmp_path, folder)
    record = json.loads((builder.data_path / "metadata.json").read_text())
    assert record == {"folder": str(folder), **load(folder)["record"]}
    assert record["examples"] == {"cannot_be_opened": ["text.mp4"]}
    assert "text.mp4" in caplog.text


def test_the_number_of_workers_does_not_change_a_byte(prepared, folder, tmp_path):
    assert record_hashes(prepare(tmp_path, folder, n_workers=2)) == record_hashes(prepared)


def test_files_that_change_and_options_make_another_data_set(tmp_path):
    write_pictures(tmp_path / "a", pictures(8))

    def name(**options):
        return make_config(folder=str(tmp_path), **options).name

    first = name()
    assert first.startswith("videos_source")
    (tmp_path / "notes.txt").write_text("not for us")
    assert name() == first
    assert name(width=32, channels=1, seed=3).startswith("videos_64x32x1_seed3_source")
    assert name(n_frames=8, frame_stride=2, test_fraction=0.1).startswith(
        "videos_frames8_stride2_test0.1_source"
    )
    (tmp_path / "a" / "frame3.png").unlink()
    assert name() != first


def test_a_folder_without_a_video_is_refused_and_leaves_nothing(tmp_path):
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "bad.mp4").write_text("no video")
    with pytest.raises(UserError, match=r"two sequences.*bad\.mp4") as error:
        prepare(tmp_path / "data", tmp_path / "videos")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "data").glob("video_folder/videos*/*"))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("video_folder/video", {}, "Did you mean 'videos'"),
        ("video_folder", {"folder": ""}, "folder is missing"),
        ("video_folder", {"folder": "gone"}, "no folder of videos at gone"),
        ("video_folder", {"n_frames": 1}, "n_frames must lie in 2"),
        (
            "video_folder",
            {"test_fraction": 1.0},
            "test_fraction must lie between 0 and 1. Received: 1.0",
        ),
        ("video_folder", {"test_fraction": "a"}, "test_fraction .*Received: 'a'"),
        ("video_folder", {"seed": -1}, "seed must lie in 0"),
    ],
)
def test_wrong_options_are_refused_in_one_line(folder, name, options, words):
    with pytest.raises(UserError, match=words) as error:
        make_builder(name, None, **{"folder": str(folder)} | options)
    assert "\n" not in str(error.value)


def test_tfds_builds_it_with_options_of_ones_own(folder, prepared, tmp_path):
    command = [Path(sys.executable).with_name("tfds"), "build", f"--data_dir={tmp_path}"]

    def build(*arguments):
        return subprocess.run(
            [*command, *arguments],
            cwd=PROJECT_ROOT / "datasets" / "video_folder",
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )

    refused = build()
    assert refused.returncode != 0
    assert refused.stderr.splitlines()[-1].startswith("error: The option folder is missing")
    built = build(f"--config={json.dumps({'folder': str(folder), **SIZE})}")
    assert built.returncode == 0, built.stderr
    again = tfds.builder_from_directory(tmp_path / prepared.info.full_name)
    found, expected = record_hashes(again), record_hashes(prepared)
    # One names the module, which is another one there; the other has its digest.
    for name in ("dataset_info.json", "checksums.json"):
        assert found.pop(name) and expected.pop(name)
    assert found == expected


def test_data_set_is_registered_and_described():
    assert "video_folder" in tfds.list_builders(with_community_datasets=False)
    metadata = Builder.get_metadata()
    assert "own videos" in metadata.description
    assert metadata.citation.startswith("@inproceedings{")
    assert set(metadata.tags) <= set(tfds.core.dataset_metadata.valid_tags())
