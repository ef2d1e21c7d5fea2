import numpy as np
import pytest

from datasets.builders import make_builder
from datasets.visualization import make_picture, show_examples
from tests.fakes import BALL_OPTIONS
from tests.pipelines.making.audio_folder.fakes import sine, write


@pytest.fixture(autouse=True)
def _without_a_window():
    import matplotlib as mpl

    mpl.use("agg")


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_videos_are_shown_as_frames_above_one_another(ball_data_dir):
    figure = show_examples(make_builder("sps_ball", str(ball_data_dir), **BALL_OPTIONS), cols=2)
    assert len(figure.axes) == 6
    (image,) = figure.axes[0].get_images()
    assert image.get_array().shape == (6 * 32, 32, 3)


@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_sounds_are_shown_as_spectrograms(tmp_path):
    for number in range(3):
        write(tmp_path / "sounds" / f"{number}.wav", sine(1000, 1.0))
    options = {"folder": str(tmp_path / "sounds"), "n_notes": 3}
    builder = make_builder("audio_folder", str(tmp_path / "data"), **options)
    builder.download_and_prepare()
    figure = show_examples(builder, rows=1, cols=2)
    picture = np.asarray(figure.axes[1].get_images()[0].get_array())
    assert picture.shape == (513, 15)
    # 1,000 Hz of up to 8,000 Hz, counted from the bottom.
    assert 512 - picture[:, 7].argmax() == pytest.approx(1000 / 8000 * 512, abs=1)


def test_a_short_video_is_shown_whole():
    frames = np.arange(2 * 4 * 5, dtype=np.uint8).reshape(2, 4, 5, 1)
    np.testing.assert_array_equal(make_picture({"frames": frames}), frames.reshape(8, 5, 1))
