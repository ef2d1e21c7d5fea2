import numpy as np
import pytest

from sps_tf.audio.pitch_line import fit_pitch_line


def test_the_line_is_found_whatever_some_octave_errors_say():
    midi = np.repeat(np.arange(48.0, 84.0), 4)
    z = (midi - 66) / -7 + np.random.default_rng(0).normal(0, 0.01, midi.shape)
    z[::10] += 12 / 7  # heard an octave off
    line = fit_pitch_line(z, midi)
    assert line.slope == pytest.approx(-7, rel=0.02)
    assert line.offset == pytest.approx(66, abs=0.2)
    assert line.n_outliers == len(midi[::10])
    assert line.rms_semitones < 0.2
    assert (line.lowest_midi, line.highest_midi, line.n_notes) == (48, 83, len(midi))


def test_what_is_not_finite_is_left_out():
    line = fit_pitch_line(np.array([0.0, 1.0, np.nan, 2.0]), np.array([60.0, 62.0, 63.0, np.nan]))
    assert (line.slope, line.offset, line.n_notes) == (pytest.approx(2), pytest.approx(60), 2)


@pytest.mark.parametrize(
    ("z", "midi"), [([], []), ([0.0, 1.0], [60.0, 60.0]), ([1.0, 1.0], [60.0, 62.0])]
)
def test_there_is_no_line_without_two_pitches_that_differ_in_z(z, midi):
    assert fit_pitch_line(np.array(z), np.array(midi)) is None
