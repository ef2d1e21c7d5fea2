import os

import numpy as np
import pytest

from datasets.packed import check_packable, load_packed, pack, packed_path
from launch.configs import get_config
from sps_tf.data import Data
from sps_tf.errors import UserError

CONFIG = get_config("sps_ball", preset="debug")


def made_data():
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (3, 2, 4, 4, 3), np.uint8)
    names = np.array([b"one", b"two", b"three"], object)
    train = {"frames": frames, "name": names, "position": rng.normal(size=(3, 2, 3))}
    test = {"frames": frames[:1], "name": names[:1]}
    probes = {"coordinate_grid": frames[1:]}
    about = {"name": "sps_ball/x:1.0.0", "splits": {"train": 3}}
    return Data({"train": train, "test": test}, about, None, frames.mean((0, 1)) / 255, probes)


def test_what_is_packed_is_read_as_it_was(tmp_path):
    data = made_data()
    path = pack(CONFIG, data, tmp_path)
    assert path == packed_path(CONFIG, tmp_path)
    found = load_packed(CONFIG, ("train", "test"), tmp_path)
    assert found.about == data.about
    assert found.splits.keys() == data.splits.keys()
    for split, arrays in data.splits.items():
        assert found.splits[split].keys() == arrays.keys()
        for name, values in arrays.items():
            np.testing.assert_array_equal(found.splits[split][name], values)
    assert found.splits["train"]["frames"].dtype == np.uint8
    np.testing.assert_array_equal(found.mean_frame, data.mean_frame)
    np.testing.assert_array_equal(found.probes["coordinate_grid"], data.probes["coordinate_grid"])


def test_a_file_is_named_after_what_is_read_and_nothing_else(tmp_path):
    def name(dataset="sps_ball", method="sps", preset="fast", seed=0, **changes):
        config = get_config(dataset, method, preset, seed)
        config.update_from_flattened_dict(changes)
        return packed_path(config, tmp_path).name

    assert name() == name(method="beta_vae", preset="paper_small", seed=3)
    others = [name(dataset="sps_ball/colorful"), name(dataset="sps_scale")]
    others += [name(**{"data.n_train": 256}), name(**{"evaluation.split": "validation"})]
    assert len({name(), *others}) == 5


def test_of_a_users_folder_its_name_counts_but_not_where_it_stands(tmp_path):
    def name(folder):
        config = get_config("video_folder")
        config.data.folder = folder
        return packed_path(config, tmp_path).name

    assert name("/home/me/my_videos") == name("/data/my_videos") != name("/data/others")


def test_sound_is_refused():
    check_packable(CONFIG)
    with pytest.raises(UserError, match=r"Sound needs TensorFlow.*Received: sps_scale$"):
        check_packable(get_config("sps_scale"))


def test_the_folder_is_that_of_the_data_sets(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    assert packed_path(CONFIG).parent == tmp_path / "packed"
    monkeypatch.delenv("TFDS_DATA_DIR")
    assert packed_path(CONFIG).parents[1].name == "tensorflow_datasets"


def test_missing_data_are_named_with_the_command_that_packs_them(tmp_path):
    with pytest.raises(UserError, match=r"packed/sps_ball-.*not there.*launch\.pack"):
        load_packed(CONFIG, ("train",), tmp_path)


def test_a_split_that_was_not_packed_is_named(tmp_path):
    pack(CONFIG, made_data(), tmp_path)
    with pytest.raises(UserError, match=r"no split called validation.*test, train"):
        load_packed(CONFIG, ("train", "validation"), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive", "cut", "pickle"])
def test_a_damaged_file_is_refused_in_one_line(tmp_path, content):
    path = pack(CONFIG, made_data(), tmp_path)
    if content == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif content == "pickle":
        np.savez(path, about=np.array("{}"), **{"train/frames": np.array([{}], object)})
    else:
        path.write_bytes(content)
    with pytest.raises(UserError, match="is damaged: pack the data anew") as refused:
        load_packed(CONFIG, ("train",), tmp_path)
    assert "\n" not in str(refused.value)


def test_data_larger_than_memory_are_refused_before_they_are_read(tmp_path):
    class Stream:
        n_gib = 12.0

    with pytest.raises(UserError, match=r"fit into memory.*Received: 12\.0 GiB"):
        pack(CONFIG, made_data()._replace(stream=Stream()), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / "packed").write_text("a file where a folder should be")
    with pytest.raises(UserError, match="cannot be written"):
        pack(CONFIG, made_data(), tmp_path)
    assert os.listdir(tmp_path) == ["packed"]
