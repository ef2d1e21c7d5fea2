import pickle

import numpy as np
import pytest

from pipelines.making.video_folder import sequences
from pipelines.making.video_folder.sequences import SequenceForm, SequenceMaker, Stretch
from sps_tf.errors import UserError
from tests.pipelines.making.video_folder.fakes import SIZE, pictures, write_pictures

FORM = SequenceForm(**SIZE)


@pytest.fixture
def maker(tmp_path):
    """Two sequences of "a" but for its first, then one of "b"."""
    write_pictures(tmp_path / "a", pictures(12))
    write_pictures(tmp_path / "b", pictures(4, first=12))
    return SequenceMaker(tmp_path, FORM, [Stretch("a", 1, 2), Stretch("b", 0, 1)])


@pytest.fixture
def read(monkeypatch):
    """Names of the videos that were decoded, one after the other."""
    names = []
    decode = sequences.read_sequences

    def read_and_tell(root, video, form):
        names.append(video)
        return decode(root, video, form)

    monkeypatch.setattr(sequences, "read_sequences", read_and_tell)
    return names


def test_numbers_count_through_the_stretches_in_any_order(maker):
    assert len(maker) == 3
    for number in (2, 0, 1):
        example = maker(number)
        reds = example["frames"][..., 0].mean(axis=(1, 2))
        np.testing.assert_array_equal(reds, 40 * (number + 1) + 10 * np.arange(4))
        assert example["frames"].shape == (4, 8, 12, 3)
        assert example["video"] == "aab"[number]


def test_a_video_is_decoded_once_for_all_its_examples(maker, read):
    for number in range(3):
        maker(number)
    assert read == ["a", "b"]


def test_frames_in_memory_do_not_travel_to_workers(maker, read):
    empty = len(pickle.dumps(maker))
    maker(0)
    copy = pickle.loads(pickle.dumps(maker))
    assert len(pickle.dumps(copy)) == empty
    np.testing.assert_array_equal(copy(0)["frames"], maker(0)["frames"])
    assert read == ["a", "a"]


def test_a_video_that_has_become_shorter_is_named(maker, tmp_path):
    for number in range(5, 12):
        (tmp_path / "a" / f"frame{number}.png").unlink()
    with pytest.raises(UserError, match=r"changed while it was read.*/a$"):
        maker(1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_frames": 1},
        {"n_frames": "a"},
        {"height": 0},
        {"width": 5000},
        {"channels": 2},
        {"frame_stride": 0},
    ],
)
def test_impossible_settings_are_refused_by_name_and_value(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(UserError, match=f"{name} .*Received: {value!r}"):
        SequenceForm(**(SIZE | wrong))
