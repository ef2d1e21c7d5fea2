"""A recording becomes a pitch curve: right in time, in MIDI and in Hz, whatever the blocks."""

import numpy as np
import pytest

from sps_tf.audio import spectrogram
from sps_tf.errors import UserError
from sps_tf.inference import SoundModel
from tests import sound_fakes
from tests.pipelines.making.audio_folder.fakes import write

RATE_HZ = 16_000
INFO = {
    "front_end": {
        **{"kind": "sound", "name": "stft", "max_magnitude": 300.0},
        **{"sample_rate_hz": RATE_HZ, "window_samples": 1024, "hop_samples": 512},
        "hops_per_frame": 5,
    },
    "calibration": {"latent": "z_pitch", "slope": 9.0, "offset": 77.0},
}


class Listener(sound_fakes.SoundModel):
    """Reads pitches without error, to the nearest of the fake's notes."""

    encoder_input_shape = (None, 15, 513, 5, 1)


@pytest.fixture
def model():
    return SoundModel(Listener(), INFO)


def melody(pitches, note_secs=0.5):
    return np.concatenate([sound_fakes.tone(p, round(note_secs * RATE_HZ)) for p in pitches])


def test_a_melody_becomes_a_curve_at_every_hop(model, tmp_path):
    pitches = (68.0, 62.4, 77.0)
    path = write(tmp_path / "song.wav", melody(pitches)[:, None], RATE_HZ)
    song = model.encode_file(path)
    # One frame a hop from the first to the last that fits.
    assert len(song.time_secs) == 1 + (round(1.5 * RATE_HZ) - 3072) // 512
    np.testing.assert_allclose(np.diff(song.time_secs), 0.032)
    assert song.time_secs[0] == pytest.approx(0.096)
    for number, pitch in enumerate(pitches):
        inside = np.abs(song.time_secs - (0.5 * number + 0.25)) < 0.14
        assert inside.sum() >= 8
        np.testing.assert_allclose(song.midi[inside], pitch, atol=0.01)
        np.testing.assert_allclose(song.f0_hz[inside], 440 * 2 ** ((pitch - 69) / 12), rtol=1e-3)
        np.testing.assert_allclose(song.z[inside, 0], (pitch - 77) / 9, atol=1e-3)


def test_silence_has_no_pitch_and_a_level(model, tmp_path):
    sound = np.concatenate([np.zeros(RATE_HZ, np.float32), melody((68, 68))])
    song = model.encode_file(write(tmp_path / "song.wav", sound[:, None], RATE_HZ))
    assert np.isnan(song.midi[song.time_secs < 0.9]).all()
    assert np.isfinite(song.midi[song.time_secs > 1.1]).all()
    expected = 20 * np.log10(np.sqrt(np.mean(np.square(melody((68,))))))
    assert song.level_db[-5] == pytest.approx(expected, abs=0.3)


def test_another_rate_is_resampled(model, tmp_path):
    secs = np.arange(44_100) / 44_100
    partials = enumerate((1.0, 0.6, 0.8, 0.3, 0.4))
    f0_hz = 440 * 2 ** ((77 - 69) / 12)
    sound = 0.3 * sum(a * np.sin(2 * np.pi * f0_hz * (k + 1) * secs + k) for k, a in partials)
    song = model.encode_file(write(tmp_path / "song.wav", sound[:, None], 44_100))
    np.testing.assert_allclose(song.midi[2:-2], 77, atol=0.01)


def test_blocks_of_any_length_give_the_same_frames(model):
    sound = (melody((68, 77)) * 20_000).astype(np.int16)
    whole = np.concatenate([part.frames for part in model.sound_frames([sound])])
    cuts = np.split(sound, [5, 700, 701, 9000, 9000, 15_000])
    parts = np.concatenate([part.frames for part in model.sound_frames(cuts)])
    np.testing.assert_array_equal(parts, whole)
    # Every fifth frame is a note of the clip as training cuts it.
    clip = spectrogram.note_images(sound, 300.0, "float16")
    np.testing.assert_allclose(whole[::5][: len(clip)], clip, atol=2e-3)


def test_frames_stand_where_notes_begin_if_told_so(model, tmp_path):
    sound = np.concatenate([np.zeros(1600, np.float32), melody((68.0, 77.0, 62.4), 0.25)])
    path = write(tmp_path / "song.wav", sound[:, None], RATE_HZ)
    song = model.encode_file(path, step_secs=0.25, start_secs=0.1)
    np.testing.assert_allclose(song.time_secs, [0.196, 0.446, 0.696])
    np.testing.assert_allclose(song.midi, [68.0, 77.0, 62.4], atol=0.01)
    with pytest.raises(UserError, match=r"at least 0.001. Received: 0"):
        model.encode_file(path, step_secs=0)


def test_a_file_that_is_short_damaged_or_no_sound_is_named(model, tmp_path):
    short = write(tmp_path / "short.wav", np.full((100, 1), 0.1), RATE_HZ)
    text = tmp_path / "text.wav"
    text.write_text("la la la")
    for path, reason in ((short, "shorter than 0.19 s"), (text, "not a sound")):
        with pytest.raises(UserError, match=f"{reason}. Received: {path}"):
            model.encode_file(path)


def test_a_model_of_another_front_end_is_refused():
    other = {**INFO, "front_end": {**INFO["front_end"], "hop_samples": 256}}
    with pytest.raises(UserError, match="hop_samples=256, and this version of sps-tf has 512"):
        SoundModel(Listener(), other)


@pytest.mark.parametrize(("name", "bins"), [("cqt", 184), ("log_mel", 128), ("stft_log2", 513)])
def test_every_front_end_makes_its_frames_of_a_recording(name, bins):
    model = SoundModel(Listener(), {"front_end": {**INFO["front_end"], "name": name}})
    sound = (melody((68,)) * 20_000).astype(np.int16)
    (part,) = model.sound_frames([sound])
    assert part.frames.shape[1:] == (bins, 5, 1)
    assert 0 < part.frames.max() <= 1


def test_without_calibration_there_is_no_pitch():
    model = SoundModel(Listener(), {"front_end": INFO["front_end"]})
    assert np.isnan(model.to_midi(np.zeros((3, 1)))).all()
