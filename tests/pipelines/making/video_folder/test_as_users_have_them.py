"""Videos and pictures with settings of their own: each is honoured, or named."""

import os
import struct

import numpy as np
import pytest
from PIL import Image

from pipelines.making.report import Report
from pipelines.making.video_folder.decode import read_pictures
from pipelines.making.video_folder.index import find_videos
from pipelines.making.video_folder.timing import times_are_even
from tests.pipelines.making.video_folder.fakes import load, pictures, write_pictures, write_video

QUARTER_TURNS = {  # clockwise -> the matrix in an MP4's track header
    0: (1, 0, 0, 1),
    1: (0, 1, -1, 0),
    2: (-1, 0, 0, -1),
    3: (0, -1, 1, 0),
}


def read(path, report=None, frame_stride=1):
    return list(read_pictures(path, path.name, frame_stride, report or Report()))


def turn_on_showing(path, quarter_turns, angle=None):
    """Write into an MP4 or MOV file how a player is to turn it."""
    content = bytearray(path.read_bytes())
    matrix = QUARTER_TURNS[quarter_turns]
    if angle is not None:
        cos, sin = np.cos(angle), np.sin(angle)
        matrix = (cos, sin, -sin, cos)
    a, b, c, d = (round(65536 * value) for value in matrix)
    start = content.index(b"tkhd") + 44
    content[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_video_is_turned_as_its_metadata_say(tmp_path, quarter_turns):
    upright = pictures(4)
    upright[:, :16, :, 1] = 200  # the upper half is green, the right one blue
    path = tmp_path / "phone.mp4"
    write_video(path, np.rot90(upright, quarter_turns, axes=(1, 2)), "mp4v")
    turn_on_showing(path, quarter_turns)
    frames = np.stack(read(path))
    assert frames.shape == upright.shape
    np.testing.assert_allclose(
        frames[:, 4:12, 4:20].mean((1, 2)), upright[:, 8, 8].astype(float), atol=12
    )
    np.testing.assert_allclose(
        frames[:, 20:28, 28:44].mean((1, 2)), upright[:, 24, 36].astype(float), atol=12
    )


def test_a_turn_by_another_angle_is_named(tmp_path):
    write_video(tmp_path / "tilted.mp4", pictures(4), "mp4v")
    turn_on_showing(tmp_path / "tilted.mp4", 0, angle=0.5)
    report = Report()
    assert read(tmp_path / "tilted.mp4", report) == []
    assert report.examples == {"rotation_not_read": ["tilted.mp4"]}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_orientation_says(tmp_path, orientation):
    from PIL import ImageOps

    upright = Image.fromarray(pictures(1, first=5)[0])
    # What undoes each orientation; only 6 and 8 do not undo themselves.
    stored = upright.copy()
    stored.getexif()[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)
    stored = ImageOps.exif_transpose(stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    folder = tmp_path / "v"
    folder.mkdir()
    stored.save(folder / "1.png", exif=exif)
    (frame,) = read(folder)
    np.testing.assert_array_equal(frame, np.asarray(upright))


def test_sixteen_bits_become_eight(tmp_path):
    levels = np.array([[0, 128, 129, 257, 32_896, 65_535]], np.uint16)
    folder = tmp_path / "v"
    folder.mkdir()
    Image.fromarray(levels).save(folder / "1.png")
    Image.fromarray(levels).save(folder / "2.tif")
    for frame in read(folder):
        np.testing.assert_array_equal(frame[0, :, 0], [0, 0, 1, 1, 128, 255])
        assert (frame == frame[..., :1]).all()


def test_floats_say_nothing_of_white_and_are_left_out_by_name(tmp_path):
    folder = tmp_path / "v"
    folder.mkdir()
    Image.fromarray(np.zeros((4, 4), np.float32)).save(folder / "1.tif")
    report = Report()
    assert read(folder, report) == [None]
    assert report.examples == {"picture_kind_not_read": ["v/1.tif"]}


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "P"])
def test_transparent_pixels_are_black_whatever_lies_under_them(tmp_path, mode):
    pixels = np.zeros((4, 6, 4), np.uint8)
    pixels[...] = (255, 255, 255, 255)
    pixels[:, :3] = (255, 255, 255, 0)  # white shows nowhere
    image = Image.fromarray(pixels)
    folder = tmp_path / "v"
    folder.mkdir()
    if mode == "P":
        grey = Image.fromarray(np.repeat(np.array([[0, 0, 0, 1, 1, 1]], np.uint8), 4, 0), "P")
        grey.putpalette([255] * 6)
        grey.save(folder / "1.png", transparency=0)
    elif mode == "PA":
        image.quantize(4).save(folder / "1.png")
    else:
        image.convert(mode).save(folder / "1.png")
    (frame,) = read(folder)
    assert np.unique(frame[:, :3]).tolist() == [0]
    assert np.unique(frame[:, 3:]).tolist() == [255]


def test_half_transparent_pixels_are_half_as_bright(tmp_path):
    folder = tmp_path / "v"
    folder.mkdir()
    Image.fromarray(np.full((2, 2, 4), (200, 100, 50, 128), np.uint8)).save(folder / "1.png")
    np.testing.assert_allclose(read(folder)[0][0, 0], np.array([200, 100, 50]) * 128 / 255, atol=1)


def write_gif(path, frames, duration):
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(path, save_all=True, append_images=images[1:], duration=duration)


def test_frames_at_uneven_times_are_named_and_even_ones_are_not(tmp_path):
    write_gif(tmp_path / "even.gif", pictures(8), 100)
    write_gif(tmp_path / "uneven.gif", pictures(8), [100, 100, 500, 100, 100, 100, 100, 100])
    report = Report()
    assert len(read(tmp_path / "even.gif", report)) == len(read(tmp_path / "uneven.gif", report))
    assert report.examples == {"uneven_times": ["uneven.gif"]}


@pytest.mark.parametrize(
    ("times_msecs", "even"),
    [
        ([0, 40, 80, 120], True),
        ([0, 16, 33, 50, 66, 83], True),  # 60 frames a second, rounded
        ([0, 1, 2, 4, 5], True),  # likewise, 800
        ([0, 40, 80, 160, 200, 240], False),  # a frame was dropped
        ([0, 400, 440, 480, 520], False),
        ([0, 0, 0], True),  # no stamps
        ([5], True),
    ],
)
def test_a_step_half_as_long_again_is_uneven(times_msecs, even):
    assert times_are_even(times_msecs) is even


def test_a_matroska_file_ends_early_only_where_it_is_cut(tmp_path):
    write_video(tmp_path / "a.mkv", pictures(400, height=64, width=96) % 251, "MJPG")
    content = (tmp_path / "a.mkv").read_bytes()
    (tmp_path / "cut.mkv").write_bytes(content[: len(content) // 2])
    report = Report()
    assert len(read(tmp_path / "a.mkv", report)) == 400
    assert report.examples == {}
    assert 100 < len(read(tmp_path / "cut.mkv", report)) < 400
    assert report.examples == {"ends_early": ["cut.mkv"]}


def test_a_long_animation_is_read_in_time_that_grows_with_its_frames(tmp_path):
    frames = (np.arange(3000 * 12) % 200).astype(np.uint8).reshape(3000, 3, 4)
    write_gif(tmp_path / "long.gif", frames, 50)
    assert len(read(tmp_path / "long.gif")) == 3000


def test_an_animation_of_absurd_size_is_used_up_to_a_limit(tmp_path, monkeypatch):
    write_gif(tmp_path / "a.gif", pictures(8), 50)
    limit = 5 * 32 * 48
    monkeypatch.setattr("pipelines.making.video_folder.pictures.MAX_ANIMATION_PIXELS", limit)
    report = Report()
    assert len(read(tmp_path / "a.gif", report)) == 6
    assert report.examples == {"animation_too_long": ["a.gif"]}


def test_an_animation_among_pictures_gives_its_first_frame_and_is_named(tmp_path):
    (tmp_path / "v").mkdir()
    first, second = (Image.fromarray(frame) for frame in pictures(2))
    first.save(tmp_path / "v" / "1.webp", save_all=True, append_images=[second], lossless=True)
    report = Report()
    assert len(read(tmp_path / "v", report)) == 1
    assert report.examples == {"only_first_frame_used": ["v/1.webp"]}


def test_no_sequence_runs_across_a_missing_number_and_the_stride_begins_anew(tmp_path):
    write_pictures(tmp_path / "a", pictures(24))
    (tmp_path / "a" / "frame9.png").unlink()
    report = Report()
    reds = [None if f is None else f[0, 0, 0] // 10 for f in read(tmp_path / "a", report, 2)]
    assert reds == [0, 2, 4, 6, 8, None, *range(10, 24, 2)]
    assert report.examples == {"numbers_missing": ["a/frame10.png"]}


def test_hidden_files_are_no_videos_and_other_kinds_are_named(tmp_path):
    write_pictures(tmp_path / "store" / "walk", pictures(4))
    root = tmp_path / "root"
    write_pictures(root / ".thumbnails", pictures(4))
    write_pictures(root / "one", pictures(4))
    for name in ("one/._frame0.png", "._clip.mp4", ".DS_Store", "notes.txt", "b.HEIC", "c.wmv"):
        (root / name).write_text("x")
    os.mkfifo(root / "pipe.mp4")
    (root / "linked").symlink_to(tmp_path / "store")
    report = Report()
    assert find_videos(root, report) == ["linked/walk", "one"]
    assert report.examples == {
        "cannot_be_opened": ["pipe.mp4"],
        "convert_to_mp4_or_png": ["b.HEIC", "c.wmv"],
        "not_a_video": ["notes.txt"],
    }


def test_what_is_left_out_is_in_the_summary_that_is_shown(tmp_path):
    write_pictures(tmp_path / "one", pictures(8))
    (tmp_path / "b.heic").write_text("x")
    assert "convert_to_mp4_or_png 1 (such as b.heic)" in load(tmp_path)["summary"]
