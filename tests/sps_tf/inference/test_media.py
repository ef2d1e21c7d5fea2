import io
import wave

import numpy as np
import pytest
from PIL import Image

from sps_tf.errors import UserError
from sps_tf.inference import SoundModel, TrainedModel, media
from tests import sound_fakes
from tests.sps_tf.inference.test_sound_model import INFO, Listener
from tests.sps_tf.models import tiny


@pytest.fixture
def watcher():
    return TrainedModel(tiny.make_sps())


def test_small_frames_are_enlarged_and_grey_becomes_colour():
    frames = np.array([[[[0.0], [1.0]], [[0.5], [0.2]]]])
    pictures = media.to_pictures(frames)
    assert pictures.shape == (1, 256, 256, 3)
    np.testing.assert_array_equal(pictures[0, ::128, ::128, 1], [[0, 255], [128, 51]])


def test_a_gif_has_the_frames_and_their_time(tmp_path, watcher):
    frames = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    path = media.write_frames(tmp_path / "a.mov", watcher, frames, 20.0, "gif")
    assert path.name == "a.mov.gif"
    with Image.open(path) as image:
        assert (image.n_frames, image.info["duration"]) == (4, 50)
        assert image.size == (256, 256)


def test_an_mp4_is_read_back(tmp_path, watcher):
    cv2 = pytest.importorskip("cv2")
    frames = np.zeros((5, 8, 8, 3), np.uint8)
    frames[2:, ..., 0] = 255  # red
    path = media.write_frames(tmp_path / "a", watcher, frames, 10.0, "mp4")
    capture = cv2.VideoCapture(str(path))
    pictures = [capture.read()[1] for _ in range(5)]
    assert not capture.read()[0]
    assert pictures[1].mean() < 10
    assert pictures[4][..., 2].mean() > 200 > 60 > pictures[4][..., 0].mean()


def test_spectrograms_become_sound(tmp_path):
    model = SoundModel(Listener(), INFO)
    path = media.write_frames(tmp_path / "a", model, sound_fakes.notes([68.0, 77.0]), 1.0, "mp4")
    with wave.open(io.BytesIO(path.read_bytes())) as file:
        assert path.name == "a.wav"
        assert file.getframerate() == 16_000
        assert file.getnframes() == 1024 + 9 * 512


def test_another_format_is_refused(tmp_path, watcher):
    with pytest.raises(UserError, match="'avi'"):
        media.write_frames(tmp_path / "a", watcher, np.zeros((1, 8, 8, 3)), 1.0, "avi")
