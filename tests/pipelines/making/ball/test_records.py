"""Records of the ball data set."""

import tensorflow_datasets as tfds

from pipelines.making.ball import make_example
from pipelines.making.ball.records import make_record


def test_frames_encoded_together_are_the_bytes_that_tfds_makes_one_by_one():
    video = tfds.features.Video(shape=(20, 32, 32, 3))
    expected = video.encode_example(make_example(3, "train", 5, "colorful")["frames"])
    assert video.encode_example(make_record(3, "train", 5, "colorful")["frames"]) == expected
    assert len(expected) == 20
