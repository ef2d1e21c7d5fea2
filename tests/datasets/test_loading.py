import shutil

import numpy as np
import pytest

from datasets.loading import check_frames, cut_windows, keep_instruments, load_data
from launch.configs import get_config
from pipelines.beam.limit import write_limit
from sps_tf.errors import UserError
from sps_tf.figures import BALL_GRID


def load_split(config, split, data_dir):
    return load_data(config, (split,), data_dir).splits[split]


@pytest.fixture
def config():
    return get_config("sps_ball", "sps", "debug", 0)


@pytest.fixture
def own_data_dir(ball_data_dir, tmp_path):
    """A copy of the tiny data set, to be damaged."""
    return shutil.copytree(ball_data_dir, tmp_path / "data")


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
    from pipelines.making.ball import make_example

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


def test_training_split_lends_its_last_eighth_for_validation(config, ball_data_dir):
    whole = load_split(config, "train", ball_data_dir)["frames"]
    n_lent = max(len(whole) // 8, 1)
    splits = load_data(config, ("train", "validation"), ball_data_dir).splits
    np.testing.assert_array_equal(splits["train"]["frames"], whole[:-n_lent])
    np.testing.assert_array_equal(splits["validation"]["frames"], whole[-n_lent:])
    alone = load_split(config, "validation", ball_data_dir)
    np.testing.assert_array_equal(alone["position"], splits["validation"]["position"])


def test_clips_of_some_instruments_are_kept_in_their_order():
    arrays = {"instrument": np.array([b"Flute", b"Banjo", b"Flute"], object), "x": np.arange(3)}
    kept = keep_instruments(arrays, "Flute")
    assert kept["x"].tolist() == [0, 2]
    assert keep_instruments(arrays, "Banjo, Flute")["x"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"instrument": np.array([b"Flute"], object)}, r"which has Flute\. Received: 'Tuba'"),
        ({"x": np.arange(2)}, r"which has none\. Received: 'Tuba'"),
    ],
)
def test_instruments_that_are_not_there_are_named(arrays, message):
    with pytest.raises(UserError, match=message):
        keep_instruments(arrays, "Tuba")


def test_missing_data_set_is_made(config, tmp_path, capsys):
    config.data.update(n_train=2, n_test=1)
    assert len(load_split(config, "train", str(tmp_path))["frames"]) == 2
    assert "Making sps_ball" in capsys.readouterr().out
    assert len(load_split(config, "test", str(tmp_path))["frames"]) == 1
    assert "Making" not in capsys.readouterr().out


def test_frames_of_a_grid_come_where_the_config_names_the_evaluator(config, ball_data_dir):
    asked = load_data(config, ("test",), ball_data_dir).probes
    assert set(asked) == {"coordinate_grid"}
    config.evaluation.evaluators = ("linear_probe",)
    assert not load_data(config, ("test",), ball_data_dir).probes


def test_every_ball_of_the_grid_is_in_the_picture(config, ball_data_dir):
    frames = load_data(config, ("test",), ball_data_dir).probes["coordinate_grid"]
    assert frames.shape == (140, 1, 32, 32, 3)
    assert frames.dtype == np.uint8
    red, green = (frames[:, 0, :, :, channel].astype(int) for channel in (0, 1))
    ball = green - red > 60
    assert ball.sum(axis=(1, 2)).min() >= 1
    # None touches the border, but for the two nearest corners at x = -2 and 2, y = 3, z = 1.
    cut = ball[:, :, [0, -1]].any(axis=(1, 2)) | ball[:, [0, -1]].any(axis=(1, 2))
    corners = BALL_GRID.points()[cut]
    assert np.abs(corners).tolist() == [[2, 3, 1]] * 2


def shards(data_dir):
    return sorted(data_dir.rglob("*train.tfrecord*"))


def version_folder(data_dir):
    return shards(data_dir)[0].parent


def test_missing_records_are_made_anew(config, own_data_dir):
    expected = shards(own_data_dir)[0].read_bytes()
    shards(own_data_dir)[0].unlink()
    load_split(config, "train", str(own_data_dir))
    assert shards(own_data_dir)[0].read_bytes() == expected


@pytest.mark.parametrize("name", ["features.json", "dataset_info.json"])
@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"pythonClassName": 3}'])
def test_a_prepared_data_set_without_a_whole_description_is_one_line(
    config, own_data_dir, name, content
):
    folder = version_folder(own_data_dir)
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content)
    with pytest.raises(UserError, match=name) as error:
        load_data(config, examples=folder)
    assert "\n" not in str(error.value)


def test_a_prepared_data_set_with_a_flipped_bit_is_one_line(config, own_data_dir):
    shard = shards(own_data_dir)[0]
    content = bytearray(shard.read_bytes())
    content[-6] ^= 1
    shard.write_bytes(content)
    with pytest.raises(UserError, match=f"{shard.name} is not as it was written"):
        load_data(config, examples=shard.parent)


def test_flipped_bytes_without_checksums_are_refused(config, own_data_dir):
    (version_folder(own_data_dir) / "checksums.json").unlink()
    shard = shards(own_data_dir)[0]
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 0xFF
    shard.write_bytes(content)
    with pytest.raises(UserError, match=r"damaged.*Delete"):
        load_split(config, "train", str(own_data_dir))


def test_half_made_data_set_is_made_anew(config, own_data_dir, capsys):
    expected = shards(own_data_dir)[0].read_bytes()
    shards(own_data_dir)[0].unlink()
    next(own_data_dir.rglob("dataset_info.json")).unlink()
    load_split(config, "train", str(own_data_dir))
    assert "is made anew" in capsys.readouterr().err
    assert shards(own_data_dir)[0].read_bytes() == expected


def test_a_prepared_part_of_a_data_set_is_told(config, own_data_dir, capsys):
    folder = version_folder(own_data_dir)
    write_limit(folder, 4)
    about = load_data(config, examples=folder).about
    assert "holds the first 4 examples of each split only" in capsys.readouterr().out
    assert about["max_examples_per_split"] == 4


def test_data_dir_that_cannot_be_written_is_named(config, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=str(tmp_path / "file")):
        load_split(config, "train", str(tmp_path / "file"))


def test_sequences_are_cut_into_windows_in_their_order():
    arrays = {
        "frames": np.arange(2 * 7 * 3).reshape(2, 7, 3),
        "pitch": np.arange(14).reshape(2, 7, 1),
        "program": np.array([5, 6]),
    }
    cut = cut_windows(arrays, 3)
    assert cut["frames"].shape == (4, 3, 3)
    assert cut["pitch"][..., 0].tolist() == [[0, 1, 2], [3, 4, 5], [7, 8, 9], [10, 11, 12]]
    assert cut["program"].tolist() == [5, 5, 6, 6]
    for n_steps in (1, 8):
        with pytest.raises(UserError, match=f"between 2 and 7.*Received: {n_steps}"):
            cut_windows(arrays, n_steps)
