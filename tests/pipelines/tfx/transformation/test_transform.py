import numpy as np
import pytest
import tensorflow_datasets as tfds

from datasets.builders import make_builder
from pipelines.beam.settings import BeamSettings
from pipelines.tfx.transformation.transform import transform_data_set
from sps_tf.audio.cqt import cqt_images
from sps_tf.audio.spectrogram import note_images
from sps_tf.data import MEAN_FRAME_FILE
from sps_tf.errors import UserError


def read(folder, split):
    dataset = tfds.builder_from_directory(folder).as_dataset(split=split)
    return [dict(example) for example in tfds.as_numpy(dataset)]


@pytest.fixture(scope="module")
def ball(tmp_path_factory):
    builder = make_builder("sps_ball", str(tmp_path_factory.mktemp("data")), n_train=5, n_test=2)
    builder.download_and_prepare()
    return builder.data_dir


@pytest.fixture(scope="module")
def scale(tmp_path_factory):
    data_dir = str(tmp_path_factory.mktemp("data"))
    builder = make_builder("sps_scale", data_dir, first_start=60, last_start=61)
    builder.download_and_prepare()
    return builder.data_dir


def transform(source, target, front_end=""):
    target.mkdir()
    return transform_data_set(source, target, front_end, BeamSettings())


def test_frames_and_labels_of_video_stay_as_they_are(ball, tmp_path):
    told = transform(ball, tmp_path / "out")
    assert told["n_examples"] == {"train": 5, "test": 2}
    assert told["frames_shape"] == [20, 32, 32, 3]
    infos = [tfds.builder_from_directory(folder).info for folder in (ball, tmp_path / "out")]
    assert infos[0].splits["train"].shard_lengths == infos[1].splits["train"].shard_lengths
    for split in ("train", "test"):
        before, after = read(ball, split), read(tmp_path / "out", split)
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            assert set(old) == set(new)
            for name in old:
                np.testing.assert_array_equal(old[name], new[name])


def test_the_mean_frame_is_that_of_the_training_split(ball, tmp_path):
    transform(ball, tmp_path / "out")
    frames = np.stack([example["frames"] for example in read(ball, "train")])
    mean = np.load(tmp_path / "out" / MEAN_FRAME_FILE)
    np.testing.assert_allclose(mean, frames.mean(axis=(0, 1)) / 255, rtol=1e-6)


def test_sound_becomes_pictures_of_notes_by_the_training_splits_maximum(scale, tmp_path):
    transform(scale, tmp_path / "out", "stft")
    info = tfds.builder_from_directory(tmp_path / "out").info
    maximum = tfds.builder_from_directory(scale).info.metadata["max_magnitude"]
    assert info.metadata["max_magnitude"] == maximum
    for split in ("train", "validation", "test"):
        old, new = read(scale, split)[0], read(tmp_path / "out", split)[0]
        assert "waveform" not in new
        np.testing.assert_array_equal(new["pitch"], old["pitch"])
        expected = note_images(old["waveform"], maximum, "float16")
        np.testing.assert_array_equal(new["frames"], expected)


def test_sound_for_spice_becomes_constant_q_pictures(scale, tmp_path):
    transform(scale, tmp_path / "out", "cqt")
    old, new = read(scale, "test")[0], read(tmp_path / "out", "test")[0]
    expected = cqt_images(old["waveform"]).astype(np.float16)
    np.testing.assert_array_equal(new["frames"], expected)


def test_video_has_no_sound_to_be_transformed(ball, tmp_path):
    with pytest.raises(UserError, match="max_magnitude"):
        transform(ball, tmp_path / "out", "stft")
