"""Scores, pictures and sounds of models that decode notes of known pitch."""

import io
import json
import wave

import numpy as np
import pytest

from sps_tf import figures
from sps_tf.audio.pitch_detector import detect_pitch
from sps_tf.evaluation import (
    draw_pictures,
    evaluate,
    make_report,
    make_sounds,
    save_report,
    summary_table,
)
from sps_tf.evaluation.sounds import to_wav
from sps_tf.evaluation.synthesis import hear, pitch_codes, sustain
from sps_tf.metrics import PitchPoints
from tests.sound_fakes import (
    MIDDLE_MIDI,
    MIDI_A_STD,
    PITCHES,
    SoundModel,
    SpiceLike,
    make_arrays,
    make_config,
    notes,
)


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


def test_traversal_is_heard_at_the_pitches_that_were_decoded(report):
    points = report.points
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
    z = make_report(SoundModel(), make_arrays(), config).points.traversal_z
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
    points = make_report(Detuned(("z_style",)), arrays, config).points
    assert np.unique(points.traversal_instrument, return_counts=True)[1].tolist() == [21, 5, 5]
    expected = MIDDLE_MIDI + MIDI_A_STD * points.traversal_z
    whose = points.traversal_instrument
    expected -= np.select([whose == "", whose == "Flute"], [1.5, 3.0])
    np.testing.assert_allclose(points.detected_midi, expected, atol=0.1)
    scores = evaluate(Detuned(("z_style",)), arrays, config)
    assert scores["test/synthesis_r2/Flute"] > 0.999
    assert scores["test/pitch_r2/Banjo"] == pytest.approx(1, abs=1e-5)
    assert scores["test/pitch_r2_mean_of_instruments"] == pytest.approx(1, abs=1e-5)
    pictures = draw_pictures(Detuned(("z_style",)), arrays, config)
    assert "pitch_by_instrument" in pictures


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


def test_pictures_are_spectrograms_and_points(report):
    assert set(report.pictures) == {"pitch", "latent_against_pitch", "latent_traversal", "branches"}
    for picture in report.pictures.values():
        assert picture.dtype == np.uint8
        assert picture.shape[-1] == 3
        assert picture.std() > 0
        assert max(picture.shape) < 2500
    # Three branches and the truth for each of two clips: none of them 513 pixels high.
    assert report.pictures["branches"].shape[0] < 8 * 160 + 100


def test_traversal_of_sounds_is_heard_step_by_step(report):
    assert set(report.sounds) == {"traversal_z_pitch", "clip_truth", "clip_self", "clip_prior"}
    step = 2 * 5 * 512
    sound = report.sounds["traversal_z_pitch"]
    assert len(sound) == 13 * step + 512
    heard = [detect_pitch(sound[i * step + 1024 :][:3072], 65, 2500) for i in range(13)]
    z = (PITCHES - MIDDLE_MIDI) / MIDI_A_STD
    expected = MIDDLE_MIDI + MIDI_A_STD * (z.mean() + z.std() * np.linspace(-2, 2, 13))
    np.testing.assert_allclose(heard, expected, atol=0.15)


def test_saved_report_can_be_read_back(report, tmp_path):
    save_report(report, tmp_path)
    assert {path.stem for path in (tmp_path / "pictures").glob("*.png")} == set(report.pictures)
    assert {path.stem for path in (tmp_path / "sounds").glob("*.wav")} == set(report.sounds)
    with wave.open(str(tmp_path / "sounds" / "clip_self.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    np.testing.assert_allclose(samples / 32767, report.sounds["clip_self"], atol=1e-4)
    with np.load(tmp_path / "pitch_points.npz", allow_pickle=False) as archive:
        found = dict(archive)
    assert set(found) == set(PitchPoints._fields)
    np.testing.assert_array_equal(found["detected_midi"], report.points.detected_midi)
    # A figure over several runs needs no more than that.
    np.testing.assert_array_equal(
        figures.draw_pitch_figure({"a": found}), figures.draw_pitch_figure({"a": report.points})
    )
    assert not [path.name for path in tmp_path.rglob(".tmp-*")]


def test_report_repeats_itself_to_the_bit(report):
    again = make_report(SoundModel(), make_arrays(), make_config())
    assert again.metrics == report.metrics
    for name, sound in report.sounds.items():
        np.testing.assert_array_equal(again.sounds[name], sound)


def test_wav_clips_what_is_too_loud():
    with wave.open(io.BytesIO(to_wav(np.array([0.0, 0.5, 2.0, -2.0])))) as file:
        samples = np.frombuffer(file.readframes(4), "<i2")
    assert samples.tolist() == [0, 16384, 32767, -32767]


def test_video_makes_no_sound(config):
    config.modality = "video"
    assert make_sounds(None, {}, config) == {}
    del config.modality  # a run older than the setting
    assert make_sounds(None, {}, config) == {}


def test_notes_are_held_by_their_second_and_third_hop():
    images = np.arange(2 * 3 * 5, dtype=np.float32).reshape(2, 3, 5, 1)
    held = sustain(images, 4)
    assert held.shape == (2, 4, 3, 5, 1)
    expected = images[:, :, 1:3].mean(axis=2, keepdims=True)
    np.testing.assert_array_equal(held, np.broadcast_to(expected[:, None], held.shape))


def test_codes_move_the_first_latent_only():
    z = np.random.default_rng(0).normal((1.0, -2.0), (3.0, 0.1), (50, 40, 2))
    codes = pitch_codes(z, 5)
    ends = z[..., 0].mean() + np.array([-2, 2]) * z[..., 0].std()
    np.testing.assert_allclose(codes[[0, -1], 0], ends, rtol=1e-5)
    np.testing.assert_allclose(codes[:, 1], z[..., 1].mean(), rtol=1e-5)


def test_authors_way_of_hearing_is_an_option(config):
    config.evaluation.synthesis.update(
        sustain_notes=0, oversampling=1, f0_max_hz=1600.0, griffin_lim_iterations=32
    )
    np.testing.assert_allclose(hear(notes([60.3, 65.0]), config), [60.3, 65.0], atol=0.15)
    # 2,093 Hz cannot be found below 1,600.
    assert abs(hear(notes([96.0]), config)[0] - 96) > 4


def test_table_shows_sound_metrics_by_clear_names(report, config):
    lines = summary_table(report.metrics).splitlines()
    assert lines[0].startswith("pitch, R² of the learned factor (same points, as the paper)")
    assert "  outliers: notes more than 6 semitones off" in lines[3]
    assert lines[3].endswith(" 0")
    table = summary_table({"test/pitch_r2": 0.5, "test/pitch_r2/Banjo": 0.25})
    assert [line.split() for line in table.splitlines()[1:]] == [
        ["pitch,", "R²", "by", "instrument"],
        ["Banjo", "0.25"],
    ]
    assert json.loads(json.dumps(report.metrics, allow_nan=False)) == report.metrics
