"""Reports add up, and their files can be read back."""

import wave

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.evaluation import Report, make_report, save_report
from sps_tf.metrics import PitchPoints
from sps_tf.runs.folder import POINTS_FILE
from tests.sound_fakes import SoundModel, make_arrays, make_config


def test_reports_add_up():
    grid, picture = np.zeros((2, 2)), np.zeros((1, 1, 3), np.uint8)
    total = Report({"a": 1.0}) + Report({"b": 2.0}, {"p": picture}, history={"grid": grid})
    assert total.metrics == {"a": 1.0, "b": 2.0}
    assert total.pictures == {"p": picture}
    assert total.history == {"grid": grid}
    assert total.sounds == total.archives == {}


def test_report_without_sounds_makes_no_folder_for_them(tmp_path):
    save_report(Report(pictures={"a/b": np.zeros((2, 3, 3), np.uint8)}), tmp_path)
    assert [path.name for path in tmp_path.rglob("*.png")] == ["a_b.png"]
    assert not (tmp_path / "sounds").exists()


@pytest.fixture(scope="module")
def report():
    """That of a model without fault."""
    config = make_config()
    config.evaluation.evaluators = ("pitch_figure", "sounds")
    return make_report(SoundModel(), make_arrays(), config)


def test_saved_report_can_be_read_back(report, tmp_path):
    save_report(report, tmp_path)
    assert {path.stem for path in (tmp_path / "pictures").glob("*.png")} == set(report.pictures)
    assert {path.stem for path in (tmp_path / "sounds").glob("*.wav")} == set(report.sounds)
    with wave.open(str(tmp_path / "sounds" / "clip_self.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_allclose(samples / 32767, report.sounds["clip_self"], atol=1e-4)
    with np.load(tmp_path / POINTS_FILE, allow_pickle=False) as archive:
        found = dict(archive)
    assert set(found) == set(PitchPoints._fields)
    points = report.archives[POINTS_FILE]
    np.testing.assert_array_equal(found["detected_midi"], points["detected_midi"])
    # A figure over several runs needs no more than that.
    np.testing.assert_array_equal(
        figures.draw_pitch_figure({"a": found}), figures.draw_pitch_figure({"a": points})
    )
    assert not [path.name for path in tmp_path.rglob(".tmp-*")]
