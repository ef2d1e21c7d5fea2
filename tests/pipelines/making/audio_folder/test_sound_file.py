import os

import numpy as np
import pytest
import soxr

from pipelines.making.audio_folder import sound_file
from pipelines.making.audio_folder.sound_file import decode
from tests.pipelines.making.audio_folder.fakes import encoded, mp3, peak_hz, sine, write

ENCODINGS = [
    (".wav", "PCM_U8", 1.5 / 128),
    (".wav", "PCM_16", 1e-4),
    (".wav", "PCM_24", 1e-4),
    (".wav", "PCM_32", 1e-4),
    (".wav", "FLOAT", 1e-4),
    (".flac", "PCM_S8", 1.5 / 128),
    (".flac", "PCM_16", 1e-4),
    (".flac", "PCM_24", 1e-4),
]


def read(path, start_secs=0.0, max_secs=60.0):
    *pieces, end = decode(os.fsencode(path), start_secs, max_secs)
    return np.concatenate([np.zeros(0, np.int16), *pieces]), end


@pytest.mark.parametrize(("suffix", "subtype", "tolerance"), ENCODINGS)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_every_lossless_encoding_gives_the_samples_that_were_written(
    tmp_path, suffix, subtype, tolerance, n_channels
):
    samples = sine(440, 0.5)[:, None] * np.linspace(1, 0.4, n_channels)
    sound, end = read(write(tmp_path / f"a{suffix}", samples, subtype=subtype))
    assert (sound.dtype, end) == (np.int16, (None, 0))
    np.testing.assert_allclose(sound / 32768, samples.mean(axis=1), atol=tolerance)


@pytest.mark.parametrize(("suffix", "subtype"), [(".ogg", "VORBIS"), mp3])
def test_lossy_encodings_come_near_and_keep_their_length(tmp_path, suffix, subtype):
    samples = sine(440, 2.0)
    sound, end = read(write(tmp_path / f"a{suffix}", np.stack([samples, samples], 1)))
    assert (len(sound), end) == (32_000, (None, 0))
    np.testing.assert_allclose(sound[2000:-2000] / 32768, samples[2000:-2000], atol=0.03)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_resampling_keeps_frequency_length_and_level(tmp_path, rate_hz, suffix):
    path = write(tmp_path / f"a{suffix}", sine(1234.5, 1.0, rate_hz), rate_hz)
    sound, end = read(path)
    assert (len(sound), end.reason) == (16_000, None)
    assert peak_hz(sound) == pytest.approx(1234.5, abs=0.1)
    level = np.sqrt(np.mean((sound[1000:-1000] / 32768.0) ** 2))
    assert level == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


def test_what_16_khz_cannot_hold_is_filtered_away(tmp_path):
    sound, _ = read(write(tmp_path / "a.wav", sine(15_000, 1.0, 48_000), 48_000))
    assert np.abs(sound[1000:-1000]).max() < 33  # -60 dB; without a filter, 1,000 Hz would sound


def test_the_borders_of_pieces_leave_no_trace(tmp_path, monkeypatch):
    samples = np.random.default_rng(0).uniform(-0.4, 0.4, 40_001)
    path = write(tmp_path / "a.flac", samples, 44_100)
    whole = soxr.resample(samples.astype(np.float32), 44_100, 16_000, "HQ")
    monkeypatch.setattr(sound_file, "PIECE_SAMPLES", 1500)
    sound, _ = read(path)
    assert abs(len(sound) - 40_001 * 16_000 / 44_100) < 1
    np.testing.assert_allclose(sound / 32768, whole[: len(sound)], atol=1e-4)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_a_part_of_a_file_is_that_part(tmp_path, suffix):
    samples = np.concatenate([sine(300, 1), sine(700, 1), sine(1500, 1)])
    path = write(tmp_path / f"a{suffix}", samples)
    sound, end = read(path, start_secs=1.0, max_secs=1.0)
    assert (len(sound), end.reason) == (16_000, "longer_than_max_secs")
    assert peak_hz(sound) == pytest.approx(700, abs=0.2)
    sound, end = read(path, start_secs=2.0, max_secs=1.0)
    assert (len(sound), end.reason) == (16_000, None)
    assert len(read(path, start_secs=3.0)[0]) == 0


def test_what_is_louder_than_full_scale_is_clipped_and_counted(tmp_path):
    sound, end = read(write(tmp_path / "a.wav", 2 * sine(1000, 1, peak=0.99), subtype="FLOAT"))
    assert (sound.max(), sound.min()) == (32_767, -32_768)
    assert end.reason is None
    # Of the 16 samples in a period, 1.98 sin(2 pi k / 16) lies above 1 at k = 2 to 6.
    assert end.n_clipped == 10_000


def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path):
    samples = sine(440, 3.0)
    content = encoded(samples)
    (tmp_path / "a.wav").write_bytes(content[: len(content) // 2])
    sound, end = read(tmp_path / "a.wav")
    assert end.reason == "ends_early"
    assert len(sound) == (len(content) // 2 - 44) // 2
    np.testing.assert_allclose(sound / 32768, samples[: len(sound)], atol=1e-4)


def test_floats_that_are_no_numbers_end_the_sound(tmp_path):
    samples = sine(440, 1.0)
    samples[12_000] = np.nan
    sound, end = read(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert end.reason == "not_a_number"
    assert 12_000 - 1024 <= len(sound) <= 12_000


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.wav", b"", "not_a_sound"),
        ("empty.mp3", b"", "cannot_be_decoded"),
        ("text.wav", b"this is no sound, " * 100, "not_a_sound"),
        ("text.flac", b"this is no sound, " * 100, "not_a_sound"),
        ("text.ogg", b"this is no sound, " * 100, "not_a_sound"),
        ("text.mp3", b"this is no sound, " * 100, "cannot_be_decoded"),
        ("head.flac", encoded(sine(440, 1.0), suffix=".flac")[:30], "cannot_be_decoded"),
        ("head.ogg", encoded(sine(440, 1.0), suffix=".ogg")[:60], "cannot_be_decoded"),
        ("none.wav", encoded(np.zeros(0)), "no_sample"),
        ("slow.wav", encoded(sine(440, 1.0), rate_hz=2000), "rate_not_read"),
        ("law.wav", encoded(sine(440, 1.0), subtype="ULAW"), "encoding_not_read"),
        ("opus.ogg", encoded(sine(440, 1.0), suffix=".ogg", subtype="OPUS"), "encoding_not_read"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_reason(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    sound, end = read(tmp_path / name)
    assert (len(sound), end.reason) == (0, reason)


def test_a_file_that_is_gone_is_told(tmp_path):
    assert read(tmp_path / "gone.wav")[1].reason == "cannot_be_opened"


def test_a_wav_file_with_a_false_name_is_still_one(tmp_path):
    (tmp_path / "a.mp3").write_bytes(encoded(sine(440, 1.0)))
    assert len(read(tmp_path / "a.mp3")[0]) == 16_000
