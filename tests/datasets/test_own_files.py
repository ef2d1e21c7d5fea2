"""Files of one's own are found, and become the frames that the model reads."""

import numpy as np
import pytest
from PIL import Image

from datasets import own_files
from datasets.own_files import OwnFile, list_files
from pipelines.making.report import Report
from sps_tf.errors import UserError
from sps_tf.inference import SoundModel, TrainedModel
from tests.pipelines.making.audio_folder.fakes import write
from tests.sps_tf.inference.test_sound_model import INFO, Listener, melody
from tests.sps_tf.models import tiny

RATE_HZ = 16_000


@pytest.fixture
def listener():
    return SoundModel(Listener(), INFO)


@pytest.fixture
def watcher():
    return TrainedModel(tiny.make_sps(), {"front_end": {"kind": "video", "frame_stride": 2}})


def make_pictures(folder, n, skipped=()):
    folder.mkdir()
    for number in set(range(n)) - set(skipped):
        pixels = np.full((16, 16, 3), 10 * number, np.uint8)
        Image.fromarray(pixels).save(folder / f"frame{number}.png")
    return folder


def test_files_and_folders_are_listed_once_in_their_order(tmp_path):
    for name in ("b.wav", "more/a.flac", "more/notes.xyz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    report = Report()
    places = [str(tmp_path / "b.wav"), str(tmp_path)]
    found = list_files(places, "sound", report)
    assert [file.name for file in found] == ["b.wav", "more/a.flac"]
    assert report.skipped == {"not_a_sound_file": 1}


def test_a_folder_of_pictures_is_one_video(tmp_path):
    folder = make_pictures(tmp_path / "walk", 3)
    assert list_files([str(folder)], "video", Report()) == [OwnFile("walk", folder / ".")]


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(UserError, match=r"no such file or folder: .*x\.wav"):
        list_files([str(tmp_path / "x.wav")], "sound", Report())
    with pytest.raises(UserError, match="There is no sound in"):
        list_files([str(tmp_path)], "sound", Report())


def test_a_video_is_reduced_by_the_models_stride_and_size(tmp_path, watcher):
    file = OwnFile("walk", make_pictures(tmp_path / "walk", 9))
    (video,) = own_files.video_frames(file, watcher, Report())
    assert video.frames.shape == (5, 8, 8, 1)
    np.testing.assert_array_equal(video.frames[:, 0, 0, 0], [0, 20, 40, 60, 80])
    np.testing.assert_array_equal(video.number, np.arange(5))


def test_a_missing_picture_leaves_out_a_number(tmp_path, watcher):
    watcher.info["front_end"].pop("frame_stride")
    file = OwnFile("walk", make_pictures(tmp_path / "walk", 9, skipped=[4]))
    report = Report()
    (video,) = own_files.video_frames(file, watcher, report)
    np.testing.assert_array_equal(video.number, [0, 1, 2, 3, 5, 6, 7, 8])
    assert report.skipped == {"numbers_missing": 1}


def test_a_sequence_of_sound_is_cut_into_the_notes_of_training(tmp_path, listener):
    path = write(tmp_path / "song.wav", melody((68, 77), 0.8)[:, None], RATE_HZ)
    notes = own_files.read_sequence(OwnFile("song.wav", path), listener, Report())
    assert len(notes) == (round(1.6 * RATE_HZ) - 512) // 2560
    z = listener.encode(notes)[:, 0]
    np.testing.assert_allclose(z[[1, 2, 7, 8]], (np.array([68, 68, 77, 77]) - 77) / 9, atol=1e-3)
    last = own_files.read_sequence(OwnFile("song.wav", path), listener, Report(), most=2)
    np.testing.assert_array_equal(last, notes[-2:])


def test_an_unreadable_file_is_told_and_yields_nothing(tmp_path, listener):
    text = tmp_path / "text.wav"
    text.write_text("la")
    report = Report()
    assert list(own_files.sound_frames(OwnFile("text.wav", text), listener, report)) == []
    assert report.skipped == {"not_a_sound": 1}
    with pytest.raises(UserError, match="not a sound"):
        own_files.read_sequence(OwnFile("text.wav", text), listener, Report())
