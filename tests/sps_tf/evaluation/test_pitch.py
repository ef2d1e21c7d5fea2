"""Scores and pictures of models that decode notes of known pitch."""

import numpy as np
import pytest

from sps_tf.evaluation import make_report
from sps_tf.runs.folder import POINTS_FILE
from tests.sound_fakes import (
    MIDDLE_MIDI,
    MIDI_A_STD,
    PITCHES,
    SoundModel,
    SpiceLike,
    make_arrays,
    make_config,
)
from tests.sps_tf.evaluation.fakes import make_context


def evaluate(model, arrays, config):
    config.evaluation.evaluators = ("pitch", "synthesis")
    return make_report(model, arrays, config).metrics


def points_of(model, arrays, config):
    return make_context(model, arrays, config).pitch_points


@pytest.fixture
def config():
    return make_config()


@pytest.fixture(scope="module")
def report():
    """That of a model without fault."""
    return make_report(SoundModel(), make_arrays(), make_config())


def test_model_without_fault_has_perfect_scores(report):
    scores = report.metrics
    assert scores["test/pitch_r2"] == pytest.approx(1, abs=1e-5)
    assert scores["test/pitch_r2_held_out"] == pytest.approx(1, abs=1e-5)
    assert scores["test/pitch_outliers"] == 0
    assert scores["test/synthesis_r2"] > 0.9999
    assert scores["test/synthesis_outliers"] == 0
    assert scores["test/synthesis_detected_share"] == 1
    assert scores["test/self_recon_bce_above_floor"] == pytest.approx(0, abs=1e-4)
    assert {"test/image_pred_bce", "test/prior_mse", "test/equivariance_error"} <= set(scores)
    assert not [name for name in scores if "linear_projection" in name or "/Accordion" in name]


def test_traversal_is_heard_at_the_pitches_that_were_decoded():
    points = points_of(SoundModel(), make_arrays(), make_config())
    assert points.traversal_z.shape == (21,)
    z = (PITCHES - MIDDLE_MIDI) / MIDI_A_STD
    np.testing.assert_allclose(
        points.traversal_z, np.linspace(z.mean() - 2 * z.std(), z.mean() + 2 * z.std(), 21), 1e-5
    )
    np.testing.assert_allclose(
        points.detected_midi, MIDDLE_MIDI + MIDI_A_STD * points.traversal_z, atol=0.1
    )


def test_folded_decoder_is_found_out(config):
    class Folded(SoundModel):
        def midi_of(self, z):
            return 70 + 15 * np.abs(np.asarray(z)[..., 0])

    scores = evaluate(Folded(), make_arrays(), config)
    assert scores["test/pitch_r2"] > 0.999
    assert scores["test/synthesis_r2"] < 0.2
    assert scores["test/synthesis_outliers"] > 0


def test_octave_errors_of_a_decoder_are_counted_and_cost_r2(config):
    class Leaping(SoundModel):
        def midi_of(self, z):
            midi = super().midi_of(z)
            return np.where(np.abs(midi - 70) < 1.5, midi + 12, midi)

    scores = evaluate(Leaping(), make_arrays(), config)
    z = points_of(SoundModel(), make_arrays(), config).traversal_z
    n_leaps = np.sum(np.abs(MIDDLE_MIDI + MIDI_A_STD * z - 70) < 1.5)
    assert scores["test/synthesis_outliers"] == n_leaps > 0
    assert scores["test/synthesis_r2"] < 0.97
    assert scores["test/synthesis_r2_inliers"] > 0.9999


def test_instruments_have_scores_of_their_own(config):
    class Detuned(SoundModel):
        """The style latent is heard as a shift; the second instrument has a style of 1."""

        def encode(self, frames):
            z = super().encode(frames)
            if z.shape[-1] == 2:
                z[2:, :, 1] = 1
            return z

        def midi_of(self, z):
            return super().midi_of(z) - 3 * np.asarray(z)[..., 1]

    arrays = make_arrays(("Banjo", "Flute"))
    points = points_of(Detuned(("z_style",)), arrays, config)
    assert np.unique(points.traversal_instrument, return_counts=True)[1].tolist() == [21, 5, 5]
    expected = MIDDLE_MIDI + MIDI_A_STD * points.traversal_z
    whose = points.traversal_instrument
    # Every style is decoded over the range of all notes, as in the published code.
    ranges = [np.ptp(points.traversal_z[whose == name]) for name in ("", "Banjo", "Flute")]
    np.testing.assert_allclose(ranges, ranges[0], rtol=1e-5)
    expected -= np.select([whose == "", whose == "Flute"], [1.5, 3.0])
    np.testing.assert_allclose(points.detected_midi, expected, atol=0.1)
    scores = evaluate(Detuned(("z_style",)), arrays, config)
    assert scores["test/synthesis_r2/Flute"] > 0.999
    assert scores["test/pitch_r2/Banjo"] == pytest.approx(1, abs=1e-5)
    assert scores["test/pitch_r2_mean_of_instruments"] == pytest.approx(1, abs=1e-5)
    config.evaluation.evaluators = ("pitch_figure", "pitch_bars")
    pictures = make_report(Detuned(("z_style",)), arrays, config).pictures
    assert set(pictures) == {"pitch", "pitch_by_instrument"}


def test_without_style_the_decoder_knows_no_instruments(config):
    scores = evaluate(SoundModel(), make_arrays(("Banjo", "Flute")), config)
    assert "test/pitch_r2/Banjo" in scores
    assert not [name for name in scores if name.startswith("test/synthesis_r2/")]


def test_sound_without_labels_has_what_needs_none(config):
    config.evaluation.update(label="", label_names=())
    arrays = make_arrays()
    del arrays["pitch"], arrays["instrument"]
    report = make_report(SoundModel(), arrays, config)
    assert report.metrics["test/synthesis_r2"] > 0.999
    assert not [name for name in report.metrics if name.startswith("test/pitch")]
    assert set(report.pictures) == {"pitch", "latent_traversal", "branches"}


def test_model_that_decodes_no_spectrograms_has_the_learned_factor_alone(config):
    report = make_report(SpiceLike(), make_arrays(), config)
    assert report.metrics["test/pitch_r2"] == pytest.approx(1, abs=1e-5)
    assert not [name for name in report.metrics if "synthesis" in name or "bce" in name]
    assert set(report.pictures) == {"pitch", "latent_against_pitch"}
    assert report.sounds == {}


def test_report_repeats_itself_to_the_bit(report):
    again = make_report(SoundModel(), make_arrays(), make_config())
    assert again.metrics == report.metrics
    for name, sound in report.sounds.items():
        np.testing.assert_array_equal(again.sounds[name], sound)


def test_points_of_the_figure_are_kept_for_figures_over_several_runs(report):
    points = points_of(SoundModel(), make_arrays(), make_config())
    (kept,) = report.archives.values()
    assert set(report.archives) == {POINTS_FILE}
    for name, values in points._asdict().items():
        np.testing.assert_array_equal(kept[name], values)
