import logging

import numpy as np
import pytest
from scipy.stats import linregress

from sps_tf.errors import UserError
from sps_tf.metrics import PitchPoints, pitch_scores, synthesis_scores
from sps_tf.metrics.pitch import fit_line, inliers, line_r2

NO_FLOATS, NO_NAMES = np.zeros(0), np.array([], str)


def make_points(z, pitch, instrument=None):
    instrument = np.full(len(z), "Accordion") if instrument is None else np.array(instrument)
    return PitchPoints(z, pitch, instrument, NO_FLOATS, NO_FLOATS, NO_NAMES)


def make_traversal(z, midi, instrument=None):
    instrument = np.full(len(z), "") if instrument is None else np.array(instrument)
    return PitchPoints(np.zeros((0, 0)), np.zeros((0, 0)), NO_NAMES, z, midi, instrument)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def pitch(rng):
    return rng.uniform(58, 97, (10, 15))


def test_r2_is_that_of_a_linear_regression(rng, pitch):
    z = 0.1 * pitch + rng.normal(0, 1, pitch.shape)
    expected = linregress(z.ravel(), pitch.ravel())
    assert pitch_scores(make_points(z, pitch))["pitch_r2"] == pytest.approx(expected.rvalue**2)
    line = fit_line(z.ravel(), pitch.ravel())
    assert line == pytest.approx((expected.slope, expected.intercept))


def test_held_out_r2_scores_each_half_by_the_line_of_the_other(rng, pitch):
    z = 0.1 * pitch + rng.normal(0, 1, pitch.shape)
    even, odd = slice(0, None, 2), slice(1, None, 2)
    errors = []
    for fitted, scored in ((even, odd), (odd, even)):
        line = linregress(z[fitted].ravel(), pitch[fitted].ravel())
        errors.append(line.slope * z[scored] + line.intercept - pitch[scored])
    expected = 1 - np.mean(np.square(errors)) / pitch.var()
    scores = pitch_scores(make_points(z, pitch))
    assert scores["pitch_r2_held_out"] == pytest.approx(expected)
    assert scores["pitch_r2_held_out"] < scores["pitch_r2"]


def test_fold_is_no_line_whatever_its_sides(pitch):
    z = np.abs(pitch - pitch.mean())
    assert pitch_scores(make_points(z, pitch))["pitch_r2"] < 0.1


def test_octave_errors_are_counted_and_left_out_of_one_score(rng, pitch):
    z = -0.2 * pitch + rng.normal(0, 0.01, pitch.shape)
    wrong = np.zeros(pitch.shape, bool)
    wrong[:4, 3] = True
    heard = np.where(wrong, z + 0.2 * 12, z)
    scores = pitch_scores(make_points(heard, pitch))
    assert scores["pitch_outliers"] == 4
    expected = linregress(heard.ravel(), pitch.ravel()).rvalue ** 2
    assert scores["pitch_r2"] == pytest.approx(expected)
    near = linregress(z[~wrong], pitch[~wrong]).rvalue ** 2
    assert scores["pitch_r2_inliers"] == pytest.approx(near)
    assert scores["pitch_r2"] < 0.99 < scores["pitch_r2_inliers"]


def test_many_octave_errors_on_one_side_do_not_pull_the_line_away():
    x = np.linspace(0, 1, 100)
    y = 40 * x
    y[70:] -= 12
    assert np.flatnonzero(~inliers(x, y)).tolist() == list(range(70, 100))


def test_instruments_have_lines_of_their_own(pitch):
    z = pitch.copy()
    z[5:] = 200 - 3 * pitch[5:]
    scores = pitch_scores(make_points(z, pitch, ["Banjo"] * 5 + ["Flute"] * 5))
    assert scores["pitch_r2/Banjo"] == pytest.approx(1)
    assert scores["pitch_r2/Flute"] == pytest.approx(1)
    assert scores["pitch_r2_mean_of_instruments"] == pytest.approx(1)
    assert scores["pitch_r2"] < 0.9


def test_one_instrument_has_no_rows_of_its_own(pitch):
    names = set(pitch_scores(make_points(pitch, pitch)))
    assert names == {"pitch_r2", "pitch_r2_held_out", "pitch_outliers", "pitch_r2_inliers"}


def test_collapsed_factor_explains_nothing(pitch):
    scores = pitch_scores(make_points(np.full(pitch.shape, 0.3), pitch))
    assert scores["pitch_r2"] == 0
    assert scores["pitch_r2_held_out"] <= 0
    assert scores["pitch_outliers"] == np.sum(np.abs(pitch - np.median(pitch)) > 6)


def test_pitch_that_never_changes_has_no_score(caplog, pitch):
    with caplog.at_level(logging.WARNING):
        assert pitch_scores(make_points(pitch, np.full(pitch.shape, 60.0))) == {}
    assert "same for all notes" in caplog.text


def test_unknown_pitches_have_no_score(pitch):
    assert pitch_scores(make_points(pitch, np.zeros((0, 0)))) == {}


@pytest.mark.parametrize(
    ("z", "pitch", "message"),
    [
        (np.zeros((3, 4)), np.zeros((3, 5)), r"share the axes.*\(3, 4\), \(3, 5\)"),
        (np.zeros(4), np.zeros(4), r"share the axes"),
        (np.full((3, 4), np.nan), np.ones((3, 4)), r"must be finite"),
    ],
)
def test_wrong_points_are_named(z, pitch, message):
    with pytest.raises(UserError, match=message):
        pitch_scores(make_points(z, pitch))


def test_synthesis_is_over_the_points_that_were_heard(rng):
    z = np.linspace(-2, 2, 100)
    midi = 70 + 9 * z + rng.normal(0, 0.3, 100)
    midi[[3, 50]] += 12
    midi[7] = np.nan
    heard = np.isfinite(midi)
    scores = synthesis_scores(make_traversal(z, midi))
    expected = linregress(z[heard], midi[heard]).rvalue ** 2
    assert scores["synthesis_r2"] == pytest.approx(expected)
    assert scores["synthesis_detected_share"] == pytest.approx(0.99)
    assert scores["synthesis_outliers"] == 2
    assert scores["synthesis_r2_inliers"] > 0.998
    assert set(scores) == {
        "synthesis_r2",
        "synthesis_r2_inliers",
        "synthesis_outliers",
        "synthesis_detected_share",
    }


def test_styles_are_scored_apart_from_the_mean_style():
    z = np.tile(np.linspace(-2, 2, 5), 3)
    midi = np.concatenate([70 + z[:5], 60 + 2 * z[:5], 50 + np.abs(z[:5])])
    whose = np.repeat(["", "Banjo", "Flute"], 5)
    scores = synthesis_scores(make_traversal(z, midi, whose))
    assert scores["synthesis_r2"] == pytest.approx(1)
    assert scores["synthesis_r2/Banjo"] == pytest.approx(1)
    assert scores["synthesis_r2/Flute"] == pytest.approx(0, abs=1e-12)
    assert scores["synthesis_r2_mean_of_instruments"] == pytest.approx(0.5)


@pytest.mark.parametrize("midi", [np.full(9, 61.0), np.full(9, np.nan)], ids=["level", "silent"])
def test_decoder_that_ignores_the_factor_has_a_score_of_0(midi):
    scores = synthesis_scores(make_traversal(np.linspace(-2, 2, 9), midi))
    assert scores["synthesis_r2"] == 0
    assert all(np.isfinite(list(scores.values())))


def test_no_traversal_no_score():
    assert synthesis_scores(make_traversal(NO_FLOATS, NO_FLOATS)) == {}


def test_r2_does_not_depend_on_the_scale(rng):
    x, y = rng.normal(size=50), rng.normal(size=50)
    assert line_r2(1e-9 * x, 1e9 * y) == pytest.approx(linregress(x, y).rvalue ** 2)
