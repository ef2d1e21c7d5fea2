"""Files become paths in latent space, with the pitch heard in them; what is no file is refused."""

import base64

import numpy as np
import pytest
from PIL import Image

from datasets import own_path
from datasets.own_files import OwnFile
from datasets.own_path import read_dropped, read_path
from sps_tf.errors import UserError
from tests.pipelines.making.audio_folder.fakes import encoded, sine, write
from tests.pipelines.making.video_folder.fakes import pictures, write_pictures, write_video
from tests.sps_tf.inference.explore import fakes


@pytest.fixture(scope="module")
def model():
    return fakes.make_video_model()


@pytest.fixture(scope="module")
def sound_model():
    return fakes.make_sound_model()


def frames_of(path, model):
    flat = np.frombuffer(base64.b64decode(path["frames"]), np.uint8)
    return flat.reshape(-1, *model.frame_shape)


def dropped(folder, content):
    folder.mkdir()
    (folder / "dropped").write_bytes(content)
    return folder / "dropped"


def test_a_video_is_encoded_frame_by_frame(model, tmp_path):
    write_video(tmp_path / "clip.avi", pictures(7), "MJPG")
    path = read_path(OwnFile("clip.avi", tmp_path / "clip.avi"), model)
    assert path["name"] == "clip.avi"
    assert (path["unit"], path["per_step"], path["notes"]) == ("s", 1, [])
    np.testing.assert_allclose(path["time_secs"], np.arange(7) / 10)
    np.testing.assert_allclose(path["z"], model.encode(frames_of(path, model)), atol=1e-4)


def test_a_folder_of_pictures_counts_frames(model, tmp_path):
    write_pictures(tmp_path / "clip", pictures(3))
    path = read_path(OwnFile("clip", tmp_path / "clip"), model)
    assert (path["unit"], path["time_secs"]) == ("frame", [0, 1, 2])


def test_a_long_video_is_cut_and_says_so(model, tmp_path, monkeypatch):
    monkeypatch.setattr(own_path, "MOST_FRAMES", 4)
    write_video(tmp_path / "clip.avi", pictures(9), "MJPG")
    path = read_path(OwnFile("clip.avi", tmp_path / "clip.avi"), model)
    assert len(path["z"]) == len(path["time_secs"]) == 4
    assert "the first 4 frames are shown" in path["notes"]


def test_what_is_dropped_is_known_by_its_content(model, tmp_path):
    write_video(tmp_path / "clip.avi", pictures(5), "MJPG")
    video = dropped(tmp_path / "a", (tmp_path / "clip.avi").read_bytes())
    assert len(read_dropped(video, "no_suffix", model)["z"]) == 5
    Image.fromarray(pictures(1)[0]).save(tmp_path / "one.png")
    picture = dropped(tmp_path / "b", (tmp_path / "one.png").read_bytes())
    path = read_dropped(picture, "one.png", model)
    assert len(path["z"]) == 1
    assert path["name"] == "one.png"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
    ],
)
def test_playlists_and_other_files_are_refused_as_videos(model, tmp_path, content):
    path = dropped(tmp_path / "a", content)
    with pytest.raises(UserError, match=r"no video and no picture.*Received: clip.mp4"):
        read_dropped(path, "clip.mp4", model)


@pytest.mark.parametrize(
    "beginning", [b"\x00\x00\x00\x18ftypmp42", b"GIF89a", b"\x89PNG\r\n\x1a\n"]
)
def test_damaged_files_are_refused_in_one_line(model, tmp_path, beginning):
    path = dropped(tmp_path / "a", beginning + bytes(500))
    with pytest.raises(UserError, match=r"clip\.mp4 cannot be encoded as video: "):
        read_dropped(path, "clip.mp4", model)


def test_a_recording_has_its_latents_beside_the_pitch_detected(sound_model, tmp_path):
    sound = np.concatenate([sine(440, 0.8), np.zeros(8000), sine(660, 0.8)])
    path = read_dropped(dropped(tmp_path / "a", encoded(sound[:, None])), "song.wav", sound_model)
    n = 1 + (len(sound) - 3072) // 512
    assert len(path["z"]) == len(path["midi"]) == len(path["detected_midi"]) == n
    assert path["per_step"] == 5
    time_secs, detected = np.array(path["time_secs"]), np.array(path["detected_midi"], float)
    np.testing.assert_allclose(detected[(time_secs > 0.2) & (time_secs < 0.6)], 69, atol=0.15)
    assert np.isnan(detected[(time_secs > 1.0) & (time_secs < 1.1)]).all()
    np.testing.assert_allclose(detected[(time_secs > 1.5) & (time_secs < 1.9)], 76.02, atol=0.15)
    z = np.array(path["z"])
    loud = time_secs < 0.6
    np.testing.assert_allclose(np.array(path["midi"], float)[loud], 9 * z[loud, 0] + 70, atol=2e-3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"la la", "not a sound"), (encoded(np.zeros((100, 1))), "shorter than 0.19 s")],
)
def test_a_recording_that_cannot_be_read_is_named(sound_model, tmp_path, content, reason):
    path = dropped(tmp_path / "a", content)
    with pytest.raises(UserError, match=f"song.wav cannot be encoded as sound: {reason}"):
        read_dropped(path, "song.wav", sound_model)


def test_a_long_recording_is_cut_and_says_so(sound_model, tmp_path, monkeypatch):
    monkeypatch.setattr(own_path, "_MAX_SECS", 1.0)
    song = write(tmp_path / "song.wav", sine(440, 2.0)[:, None])
    path = read_path(OwnFile("song.wav", song), sound_model)
    assert path["time_secs"][-1] < 1
    assert path["notes"] == ["the first 1 s are shown"]
