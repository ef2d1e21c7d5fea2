import numpy as np
import pytest
from PIL import Image

from pipelines.making.video_folder.index import index_videos
from pipelines.making.video_folder.sequences import SequenceForm
from sps_tf.errors import UserError
from tests.pipelines.making.video_folder.fakes import (
    SIZE,
    every_sequence,
    load,
    pictures,
    write_pictures,
    write_video,
)


def test_pictures_are_reduced_by_area_and_cut_in_the_order_of_their_numbers(tmp_path):
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (13, 32, 48, 3), dtype=np.uint8)
    write_pictures(tmp_path / "only", frames)
    data = load(tmp_path)
    sequences = every_sequence(data)  # frame2 comes before frame10, frame12 is left over
    assert (sequences.shape, sequences.dtype) == ((3, 4, 8, 12, 3), np.uint8)
    blocks = frames.reshape(13, 8, 4, 12, 4, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(sequences.reshape(12, 8, 12, 3), blocks[:12], atol=0.51)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.avi", "MJPG"), ("b.mp4", "mp4v"), ("c.mkv", "XVID")]
)
def test_video_files_keep_their_colours_and_their_time(tmp_path, name, codec):
    write_video(tmp_path / name, pictures(16), codec)
    sequences = every_sequence(load(tmp_path))
    assert sequences.shape == (4, 4, 8, 12, 3)
    red = sequences[..., 0].reshape(16, -1).mean(axis=1)
    np.testing.assert_allclose(red, 10 * np.arange(16), atol=12)
    assert sequences[..., :5, 2].mean() < 30 < 170 < sequences[..., 7:, 2].mean()


def test_an_animated_gif_is_a_video(tmp_path):
    frames = [Image.fromarray(frame) for frame in pictures(8)]
    frames[0].save(tmp_path / "a.GIF", save_all=True, append_images=frames[1:], duration=100)
    sequences = every_sequence(load(tmp_path))
    red = sequences[..., 0].reshape(8, -1).mean(axis=1)
    np.testing.assert_allclose(red, 10 * np.arange(8), atol=12)


def test_grey_videos_have_one_channel(tmp_path):
    frames = np.full((8, 16, 16, 3), 90, np.uint8)
    write_pictures(tmp_path / "a", frames)
    sequences = every_sequence(load(tmp_path, width=8, channels=1))
    assert sequences.shape == (2, 4, 8, 8, 1)
    assert np.unique(sequences) == [90]


@pytest.mark.parametrize("kind", ["pictures", "video"])
def test_a_stride_of_three_takes_every_third_frame(tmp_path, kind):
    if kind == "pictures":
        write_pictures(tmp_path / "a", pictures(24))
    else:
        write_video(tmp_path / "a.avi", pictures(24))
    sequences = every_sequence(load(tmp_path, frame_stride=3))
    red = sequences[..., 0].mean(axis=(2, 3))
    np.testing.assert_allclose(red, [[0, 30, 60, 90], [120, 150, 180, 210]], atol=12)


def test_whole_videos_go_to_the_test_set_by_the_seed_alone(tmp_path):
    for index in range(8):
        frames = np.full((8, 8, 12, 3), 10 * index, np.uint8)
        write_pictures(tmp_path / f"group{index % 2}" / f"video{index}", frames)
    first, again, other = (load(tmp_path, seed=seed) for seed in (0, 0, 1))
    for data in (first, other):
        sides = [set(np.unique(data[split])) for split in ("train", "test")]
        assert not sides[0] & sides[1]
        assert data["test"].shape[0] == 4  # a quarter of 16
    np.testing.assert_array_equal(first["test"], again["test"])
    assert first["record"] == again["record"]
    assert first["record"]["videos"] != other["record"]["videos"]
    assert first["record"]["videos"]["group1/video3"]["sequences"] == 2


def test_the_end_of_an_only_video_is_for_testing(tmp_path):
    write_pictures(tmp_path / "a", pictures(16))
    data = load(tmp_path)
    assert data["train"][..., 0].max() == 110
    assert data["test"][..., 0].min() == 120
    assert data["record"]["videos"]["a"]["split"] == "train, end for test"


def test_a_large_video_is_for_testing_only_if_there_is_no_smaller_one(tmp_path):
    write_pictures(tmp_path / "large", pictures(20))
    write_pictures(tmp_path / "small", pictures(8))
    for seed in range(4):
        videos = load(tmp_path, seed=seed)["record"]["videos"]
        assert (videos["large"]["split"], videos["small"]["split"]) == ("train", "test")


def test_damaged_files_are_named_and_the_rest_is_used(tmp_path):
    write_video(tmp_path / "good.avi", pictures(16))
    write_video(tmp_path / "cut.mp4", pictures(16), "mp4v")
    content = (tmp_path / "cut.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.mp4").write_text("this is no video")
    (tmp_path / "empty.webm").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not for us")
    write_video(tmp_path / "short.avi", pictures(3))
    write_pictures(tmp_path / "pictures", pictures(12))
    (tmp_path / "pictures" / "frame5.png").write_bytes(b"\x89PNG broken")
    data = load(tmp_path)
    report = data["record"]
    assert set(report["videos"]) == {"good.avi", "pictures"}
    # Frames 0 to 4 and 6 to 11 give one sequence each: none runs across the gap.
    assert report["videos"]["pictures"] == report["videos"]["pictures"] | {"sequences": 2}
    reds = every_sequence(data)[..., 0].mean(axis=(2, 3))
    np.testing.assert_allclose(np.diff(reds, axis=1), 10, atol=6)
    assert report["examples"] == {
        "cannot_be_opened": ["cut.mp4", "empty.webm", "text.mp4"],
        "not_a_video": ["notes.txt"],
        "picture_damaged": ["pictures/frame5.png"],
        "too_short": ["short.avi"],
    }
    assert report["skipped"]["not_a_video"] == 1
    assert "text.mp4" in data["summary"]


def test_a_video_that_breaks_off_is_used_up_to_there(tmp_path):
    write_video(tmp_path / "cut.avi", pictures(40))
    content = (tmp_path / "cut.avi").read_bytes()
    (tmp_path / "cut.avi").write_bytes(content[: len(content) // 2])
    data = load(tmp_path)
    n_frames = data["record"]["videos"]["cut.avi"]["frames"]
    assert 8 <= n_frames < 40
    assert data["record"]["examples"] == {"ends_early": ["cut.avi"]}


def test_a_picture_of_another_size_or_of_absurd_size_breaks_the_sequence(tmp_path, monkeypatch):
    write_pictures(tmp_path / "a", pictures(13))
    Image.fromarray(pictures(1, height=20)[0]).save(tmp_path / "a" / "frame4.png")
    Image.fromarray(np.zeros((2, 10_001, 3), np.uint8)).save(tmp_path / "a" / "frame9.png")
    report = load(tmp_path)["record"]
    assert report["videos"]["a"]["sequences"] == 2
    assert report["examples"] == {
        "picture_too_large": ["a/frame9.png"],
        "size_changes": ["a/frame4.png"],
    }


def test_a_header_that_declares_absurd_sides_allocates_nothing(tmp_path):
    write_pictures(tmp_path / "a", pictures(12))
    header = (tmp_path / "a" / "frame0.png").read_bytes()
    huge = header[:16] + (1_000_000).to_bytes(4, "big") * 2 + header[24:]
    (tmp_path / "a" / "frame0.png").write_bytes(huge)
    report = load(tmp_path)["record"]
    assert sum(report["skipped"].values()) == 1
    assert list(report["examples"].values()) == [["a/frame0.png"]]


def test_names_with_pattern_signs_and_spaces_are_plain_names(tmp_path):
    write_video(tmp_path / "my %03d video é.avi", pictures(8))
    assert len(every_sequence(load(tmp_path))) == 2


def test_a_video_beyond_the_memory_limit_is_refused(tmp_path, monkeypatch):
    limit = 3 * 4 * 8 * 12 * 3
    monkeypatch.setattr("pipelines.making.video_folder.index.MAX_VIDEO_BYTES", limit)
    write_pictures(tmp_path / "a", pictures(12))
    write_pictures(tmp_path / "b", pictures(12))
    assert len(every_sequence(load(tmp_path))) == 6
    write_pictures(tmp_path / "c", pictures(16))
    with pytest.raises(UserError, match=r"larger frame_stride.*/c$"):
        load(tmp_path)


def test_a_folder_with_nothing_usable_is_refused_with_the_reasons(tmp_path):
    form = SequenceForm(**SIZE)
    with pytest.raises(UserError, match="no folder of videos"):
        index_videos(tmp_path / "gone", form)
    with pytest.raises(UserError, match="Received: 0"):
        index_videos(tmp_path, form)
    (tmp_path / "bad.mp4").write_text("no video")
    with pytest.raises(UserError, match=r"bad\.mp4") as error:
        index_videos(tmp_path, form)
    assert "\n" not in str(error.value)
