"""Rows of stored examples, compared with NumPy on what was put in."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.tfx.validation.summaries import Summariser

FRAMES = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), np.uint8)
FEATURES = tfds.features


def store(features, example):
    """Serialise an example as TFDS does."""
    serializer = tfds.core.example_serializer.ExampleSerializer(features.get_serialized_info())
    return serializer.serialize_example(features.encode_example(example))


def edited(record, edit):
    example = tf.train.Example.FromString(record)
    edit(example.features.feature)
    return example.SerializeToString()


def summarise(connector, value, edit=None):
    """The row of an example whose one feature is called "it"."""
    features = FEATURES.FeaturesDict({"it": connector})
    record = store(features, {"it": value})
    return Summariser(features)(edited(record, edit) if edit else record)


@pytest.mark.parametrize(
    "connector",
    [
        FEATURES.Video(shape=(4, 8, 8, 3)),
        FEATURES.Video(shape=(None, 8, 8, 3)),
        FEATURES.Tensor(shape=(4, 8, 8, 3), dtype=np.uint8),
        FEATURES.Tensor(shape=(4, 8, 8, 3), dtype=np.uint8, encoding="zlib"),
    ],
    ids=["video", "video_of_any_length", "numbers", "compressed_numbers"],
)
def test_frames_become_mean_and_contrast_of_each_frame_in_unit_range(connector):
    row = summarise(connector, FRAMES)
    scaled = FRAMES / 255
    assert set(row) == {"it/mean", "it/std"}
    np.testing.assert_allclose(row["it/mean"], scaled.mean(axis=(1, 2, 3)), rtol=1e-6)
    np.testing.assert_allclose(row["it/std"], scaled.std(axis=(1, 2, 3)), rtol=1e-6)


def test_single_image_has_one_mean():
    row = summarise(FEATURES.Image(shape=(8, 8, 3)), FRAMES[0])
    np.testing.assert_allclose(row["it/mean"], [FRAMES[0].mean() / 255], rtol=1e-6)


def test_frames_of_floats_are_taken_as_they_are():
    frames = np.full((2, 4, 4, 1), 0.25, np.float32)
    row = summarise(FEATURES.Tensor(shape=(2, 4, 4, 1), dtype=np.float32), frames)
    np.testing.assert_array_equal(row["it/mean"], [0.25, 0.25])
    np.testing.assert_array_equal(row["it/std"], [0, 0])


@pytest.mark.parametrize("encoding", ["none", "zlib"])
def test_sound_becomes_loudness_and_peak_of_full_scale(encoding):
    waveform = np.array([16384, -16384, 16384, -16384], np.int16)
    connector = FEATURES.Tensor(shape=(4,), dtype=np.int16, encoding=encoding)
    row = summarise(connector, waveform)
    assert row["it/rms"] == row["it/peak"] == 0.5
    assert summarise(connector, np.full(4, -32768, np.int16))["it/peak"] == 1


def test_matrix_becomes_a_feature_for_each_column():
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    row = summarise(FEATURES.Tensor(shape=(2, 3), dtype=np.float32, doc="metres: x"), matrix)
    assert {name: list(values) for name, values in row.items()} == {
        "it/0": [0, 3],
        "it/1": [1, 4],
        "it/2": [2, 5],
    }


def test_columns_have_the_names_of_the_description_where_it_lists_them():
    matrix = np.zeros((2, 2), np.float32)
    named = summarise(FEATURES.Tensor(shape=(2, 2), dtype=np.float32, doc="up, away"), matrix)
    assert set(named) == {"it/up", "it/away"}
    fewer = summarise(FEATURES.Tensor(shape=(2, 2), dtype=np.float32, doc="up"), matrix)
    assert set(fewer) == {"it/0", "it/1"}


def test_other_numbers_and_text_stay_as_they_are():
    assert summarise(FEATURES.Text(), "Tuba")["it"] == [b"Tuba"]
    assert list(summarise(FEATURES.Scalar(np.int64), 7)["it"]) == [7]
    assert list(summarise(FEATURES.Scalar(np.bool_), True)["it"]) == [1]
    assert list(summarise(FEATURES.ClassLabel(names=["a", "b"]), "b")["it"]) == [1]
    vector = np.array([1.5, 2.5], np.float32)
    assert list(summarise(FEATURES.Tensor(shape=(2,), dtype=np.float32), vector)["it"]) == [
        1.5,
        2.5,
    ]


def test_nested_features_have_the_names_under_which_they_are_stored():
    features = FEATURES.FeaturesDict({"start": {"pitch": np.float32}})
    row = Summariser(features)(store(features, {"start": {"pitch": 60.5}}))
    assert list(row["start/pitch"]) == [60.5]


def test_feature_that_is_not_stored_is_not_in_the_row():
    def remove(features):
        del features["it"]

    assert summarise(FEATURES.Video(shape=(4, 8, 8, 3)), FRAMES, remove) == {}


def test_truncated_picture_is_counted_and_the_others_are_seen():
    def truncate(features):
        frames = features["it"].bytes_list.value
        frames[1] = frames[1][:-40]

    row = summarise(FEATURES.Video(shape=(4, 8, 8, 3)), FRAMES, truncate)
    assert list(row["it/damaged"]) == [1]
    np.testing.assert_allclose(row["it/mean"], FRAMES[[0, 2, 3]].mean(axis=(1, 2, 3)) / 255)


def test_pictures_of_another_size_or_number_are_damage():
    def shrink(features):
        small = tf.io.encode_png(FRAMES[0, :4]).numpy()
        features["it"].bytes_list.value[:2] = [small, small]

    def shorten(features):
        del features["it"].bytes_list.value[-1]

    video = FEATURES.Video(shape=(4, 8, 8, 3))
    assert list(summarise(video, FRAMES, shrink)["it/damaged"]) == [2]
    assert list(summarise(video, FRAMES, shorten)["it/damaged"]) == [1]


def damage_blob(features):
    features["it"].bytes_list.value[0] = b"no zlib"


def lose_a_number(features):
    del features["it"].int64_list.value[-1]


def store_another_type(features):
    features["it"].float_list.value[:] = [1.0]


@pytest.mark.parametrize(
    ("encoding", "edit"),
    [("zlib", damage_blob), ("none", lose_a_number), ("none", store_another_type)],
)
def test_value_that_does_not_decode_is_counted_and_left_out(encoding, edit):
    connector = FEATURES.Tensor(shape=(2, 2), dtype=np.int32, encoding=encoding)
    row = summarise(connector, np.ones((2, 2), np.int32), edit)
    assert {name: list(values) for name, values in row.items()} == {"it/damaged": [1]}


def test_features_that_nothing_fits_are_named():
    summariser = Summariser(
        FEATURES.FeaturesDict(
            {
                "pitch": np.float32,
                "words": FEATURES.Sequence({"word": FEATURES.Text()}),
            }
        )
    )
    assert summariser.left_out == ["words"]
    assert summariser.columns == {"pitch": np.float32}
