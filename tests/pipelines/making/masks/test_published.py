import pickle

import numpy as np
import pytest

from pipelines.making.masks import published
from sps_tf.errors import UserError
from tests.pipelines.making.masks import fakes as masks_fakes


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_right_file_comes_back_as_runs_in_its_order(tmp_path, protocol):
    path = tmp_path / "kitti.pickle"
    content = masks_fakes.write_published(path, protocol)
    runs = published.load_runs(path)
    assert len(runs) == 12
    for index, run in enumerate(runs):
        masks, label = run.decode()
        np.testing.assert_array_equal(masks, content["pedestrians"][index])
        np.testing.assert_allclose(label, content["pedestrians_latents"][index], rtol=1e-6)
        assert run.sequence_id == f"kitti_peds_v2/{index:06d}"
        assert (masks.dtype, label.dtype) == (np.uint8, np.float32)


def test_lists_may_be_arrays_of_objects_or_stacked(tmp_path):
    content = masks_fakes.published(n_sequences=4, lengths=(12, 3))
    as_objects = {key: np.empty(4, object) for key in content}
    for key, items in content.items():
        as_objects[key][:] = items
    equal = masks_fakes.published(n_sequences=4, lengths=(12,))
    stacked = {key: np.stack(items) for key, items in equal.items()}
    for variant, original in [(as_objects, content), (stacked, equal)]:
        path = tmp_path / "kitti.pickle"
        path.write_bytes(pickle.dumps(variant))
        for run, masks in zip(published.load_runs(path), original["pedestrians"], strict=True):
            np.testing.assert_array_equal(run.decode()[0], masks)


def changed(**changes):
    return masks_fakes.published(n_sequences=3) | changes


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([1, 2], "must hold a dict. Received: list"),
        ({}, "lacks the key 'pedestrians'. Received keys: none"),
        ({"pedestrians": [], "latents": []}, "lacks the key 'pedestrians_latents'"),
        (changed(pedestrians="text"), "'pedestrians' must be a list. Received: str"),
        (changed(pedestrians_latents=3), "must be a list. Received: int"),
        (changed(pedestrians_latents=[]), "3 sequences, 0 labels"),
        (changed(pedestrians=[1, 2, 3]), "sequence 0 must have shape (length, 64, 64)"),
        (changed(pedestrians=[np.zeros((12, 64, 63))] * 3), "Received: (12, 64, 63)"),
        (changed(pedestrians=[np.full((14, 64, 64), 7)] * 3), "masks of 0 and 1"),
        (changed(pedestrians_latents=[np.zeros((14, 2))] * 3), "labels of shape (14, 3)"),
        (changed(pedestrians_latents=[np.full((14, 3), np.nan)] * 3), "not finite"),
    ],
)
def test_wrong_content_is_one_clear_line(tmp_path, content, words):
    path = tmp_path / "kitti.pickle"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(UserError) as error:
        published.load_runs(path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


def test_one_array_named_many_times_does_not_fill_the_memory(tmp_path):
    masks, labels = np.ones((50, 64, 64), bool), np.ones((50, 3))
    path = tmp_path / "kitti.pickle"
    content = {"pedestrians": [masks] * 10_000, "pedestrians_latents": [labels] * 10_000}
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(UserError, match="repeated"):
        published.load_runs(path)
