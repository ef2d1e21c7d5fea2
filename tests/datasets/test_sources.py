import pytest

from datasets.builders import make_builder
from datasets.sources import source_word
from tests.pipelines.making.audio.fakes import scale_midi


@pytest.mark.parametrize(
    ("dataset", "option", "name", "content"),
    [
        ("video_folder", "folder", "a.mp4", b"a video"),
        ("audio_folder", "folder", "labels.csv", b"file,note,pitch"),
        ("kitti_masks/mots", "source_path", "0001.txt", b"1 2 2 3 4 5"),
        ("sps_melody", "source_path", "a.mid", scale_midi()),
    ],
)
def test_the_word_is_part_of_the_data_sets_name_and_follows_the_files(
    tmp_path, dataset, option, name, content
):
    (tmp_path / name).write_bytes(content)
    options = {option: str(tmp_path)}
    word = source_word(dataset, options)
    assert word in make_builder(dataset, str(tmp_path / "data"), **options).info.full_name
    (tmp_path / name).write_bytes(content + b"more")
    assert source_word(dataset, options) not in (word, "")


def test_what_the_project_makes_has_no_files_of_a_user():
    assert source_word("sps_ball", {"n_train": 8}) == ""
    assert source_word("kitti_masks", {"source_path": ""}) == ""
