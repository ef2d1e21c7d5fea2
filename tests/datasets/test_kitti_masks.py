import hashlib
import json
import os
import pickle
import socket

import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import make_builder
from datasets.kitti_masks import kitti_masks_dataset_builder as builder_module
from sps_tf.errors import UserError
from tests.pipelines.making.masks import fakes as masks_fakes


def prepare(data_dir, config="", **options):
    name = f"kitti_masks/{config}" if config else "kitti_masks"
    builder = make_builder(name, str(data_dir), **options)
    builder.download_and_prepare()
    return builder


def read(builder, split):
    return list(tfds.as_numpy(builder.as_dataset(split=split, shuffle_files=False)))


def manual(data_dir):
    folder = data_dir / "downloads" / "manual"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def mots_dir(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("mots_data")
    masks_fakes.write_tracks(manual(data_dir) / "mots")
    with open(manual(data_dir) / "mots" / "0001.txt", "a") as stream:
        stream.write("broken line\n")
    return data_dir


def test_annotations_become_sequences_with_labels_that_fit_the_masks(mots_dir):
    builder = prepare(mots_dir, "mots")
    examples = read(builder, "train") + read(builder, "test")
    assert {example["video"].decode() for example in examples} == {"0000", "0001", "0002"}
    assert len({example["sequence_id"] for example in examples}) == len(examples)
    for example in examples:
        frames, label = example["frames"], example["label"]
        assert (frames.shape, frames.dtype) == ((12, 64, 64, 1), np.uint8)
        assert set(np.unique(frames)) == {0, 255}
        for frame, (vertical, horizontal, area) in zip(frames[..., 0], label, strict=True):
            rows, columns = np.nonzero(frame)
            assert area == len(rows) >= 30
            np.testing.assert_allclose([vertical, horizontal], [rows.mean(), columns.mean()])


def test_no_track_is_in_both_splits(mots_dir):
    builder = prepare(mots_dir, "mots")
    train, test = (
        {tuple(example["sequence_id"].decode().split("/")[:2]) for example in read(builder, split)}
        for split in ("train", "test")
    )
    assert train and test
    assert not train & test


def test_the_record_says_what_was_kept_and_why_not(mots_dir):
    builder = prepare(mots_dir, "mots", source_note="made by a test")
    record = json.loads((builder.data_path / "metadata.json").read_text())
    assert record["source_note"] == "made by a test"
    assert record["source_files"] == ["mots", "0000.txt", "0001.txt", "0002.txt"]
    assert record["skipped"]["field_count"] == 1
    assert record["examples"]["field_count"] == ["0001.txt:43"]
    assert record["kept"]["masks"] == 3 * 3 * 14
    assert record["kept"]["train"] == builder.info.splits["train"].num_examples
    assert record["kept"]["test"] == builder.info.splits["test"].num_examples
    assert record["label_names"] == ["vertical_pixels", "horizontal_pixels", "area_pixels"]


def test_examples_stand_in_the_order_that_tfds_gives_their_names(mots_dir):
    builder = prepare(mots_dir, "mots")
    for split in ("train", "test"):
        read_config = tfds.ReadConfig(interleave_cycle_length=1)
        dataset = builder.as_dataset(split=split, read_config=read_config)
        names = [example["sequence_id"] for example in tfds.as_numpy(dataset)]
        order = sorted(names, key=lambda name, s=split: hashlib.md5(s.encode() + name).digest())
        assert names == order != sorted(names)


def test_two_builds_give_the_same_bytes(mots_dir, tmp_path):
    masks_fakes.write_tracks(manual(tmp_path) / "mots")
    with open(manual(tmp_path) / "mots" / "0001.txt", "a") as stream:
        stream.write("broken line\n")
    first = prepare(mots_dir, "mots")
    second = prepare(tmp_path, "mots")
    names = sorted(os.listdir(first.data_dir))
    assert names == sorted(os.listdir(second.data_dir))
    for name in names:
        assert (first.data_path / name).read_bytes() == (second.data_path / name).read_bytes()


def test_a_source_of_ones_own_gets_a_folder_of_its_own(tmp_path):
    one = masks_fakes.write_tracks(tmp_path / "one")
    two = masks_fakes.write_tracks(tmp_path / "two", n_tracks=2)
    configs = [
        builder_module.make_config("mots", source_path=str(path)).name for path in (one, two, one)
    ]
    assert configs[0] == configs[2] != configs[1]
    builder = prepare(tmp_path / "data", "mots", source_path=str(two), n_test=2)
    assert builder.info.splits["test"].num_examples == 2


@pytest.mark.parametrize("config_name", ["zenodo", "zenodo_authors_split"])
def test_the_published_file_is_taken_from_the_manual_folder(tmp_path, config_name):
    path = manual(tmp_path) / "kitti_peds_v2.pickle"
    content = masks_fakes.write_published(path, n_sequences=12)  # eight of them are long
    options = {"n_guard": 1} if config_name == "zenodo" else {}
    builder = prepare(tmp_path, config_name, n_test=3, **options)
    test = {e["sequence_id"].decode(): e for e in read(builder, "test")}
    assert sorted(test) == [f"kitti_peds_v2/{i:06d}" for i in (0, 2, 3)]
    for i in (0, 2, 3):
        example = test[f"kitti_peds_v2/{i:06d}"]
        expected = content["pedestrians"][i][:12, ..., None] * np.uint8(255)
        np.testing.assert_array_equal(example["frames"], expected)
        labels = content["pedestrians_latents"][i][:12]
        np.testing.assert_allclose(example["label"], labels, rtol=1e-6)
    skipped = {"run_below_12_frames": 4}
    if config_name == "zenodo":
        skipped["guard_between_splits"] = 1
    assert builder.info.metadata["skipped"] == skipped
    assert builder.info.splits["train"].num_examples == 8 - 3 - len(skipped) + 1


def test_a_malicious_pickle_is_refused_and_leaves_nothing(tmp_path):
    class Command:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path}/ran",)

    path = manual(tmp_path) / "kitti_peds_v2.pickle"
    path.write_bytes(pickle.dumps({"pedestrians": [Command()], "pedestrians_latents": []}))
    with pytest.raises(UserError, match=r"asks for the name posix\.system"):
        prepare(tmp_path)
    assert not (tmp_path / "ran").exists()
    assert not list(tmp_path.glob("kitti_masks/zenodo/*"))


def test_without_the_published_file_or_a_network_the_line_says_where_to_put_it(
    tmp_path, monkeypatch
):
    def offline(*args, **kwargs):
        raise socket.gaierror("unknown host")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    monkeypatch.setattr("urllib.request.getproxies", dict)
    with pytest.raises(UserError) as error:
        prepare(tmp_path)
    assert "\n" not in str(error.value)
    assert str(tmp_path / "downloads" / "manual") in str(error.value)
    assert "zenodo.org/record/3931823" in str(error.value)


def test_without_annotations_the_line_says_where_to_put_them(tmp_path):
    with pytest.raises(UserError, match=r"put mots\.zip or a folder mots into .*manual"):
        prepare(tmp_path, "mots")


def test_annotations_without_a_sequence_are_refused_with_the_reasons(tmp_path):
    (tmp_path / "a.txt").write_text("0 1 2 0 0 x\n0 1 2 375 x x\n")
    with pytest.raises(UserError, match=r"zero_size 1 \(such as a.txt:1\)"):
        prepare(tmp_path, "mots", source_path=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("kitti_masks/zenod", {}, "Did you mean 'zenodo'"),
        ("kitti_masks", {"n_test": 0}, "n_test"),
        ("kitti_masks", {"n_guard": -1}, "n_guard"),
        ("kitti_masks", {"seed": "a"}, "seed"),
        ("kitti_masks", {"source_path": "gone"}, "no file or folder"),
    ],
)
def test_wrong_options_are_refused_in_one_line(name, options, words):
    with pytest.raises(UserError, match=words) as error:
        make_builder(name, None, **options)
    assert "\n" not in str(error.value)


def test_every_config_has_its_name_and_description():
    for config in builder_module.Builder.BUILDER_CONFIGS:
        assert config.source in config.name
        assert f"split by {config.split}" in config.description
