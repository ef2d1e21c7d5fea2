import numpy as np
import pytest
import soxr

from sps_tf.audio import sound_file
from sps_tf.audio.sound_file import read_sound
from tests.pipelines.making.audio_folder.fakes import KINDS, encoded, peak_hz, sine, write

WAV, RF64, WAVEX = (".wav", "WAV"), (".wav", "RF64"), (".wav", "WAVEX")
FLAC, AIFF = (".flac", "FLAC"), (".aif", "AIFF")
# About three steps of 16 bits; of 8 bits one and a half.
FINE, EIGHT_BITS = 1e-4, 1.5 / 128
# Of mu-law and A-law a whole step, which below half of full scale is 1/64: the encoder cuts off.
LAW = 1 / 64 + FINE
ENCODINGS = [
    *[(kind, "PCM_U8", EIGHT_BITS) for kind in (WAV, RF64, WAVEX, AIFF)],
    *[(kind, "PCM_S8", EIGHT_BITS) for kind in (FLAC, AIFF)],
    *[(kind, "PCM_16", FINE) for kind in (WAV, RF64, WAVEX, FLAC, AIFF)],
    *[(kind, "PCM_24", FINE) for kind in (WAV, RF64, WAVEX, FLAC, AIFF)],
    *[(kind, "PCM_32", FINE) for kind in (WAV, RF64, WAVEX, AIFF)],
    *[(kind, "FLOAT", FINE) for kind in (WAV, RF64, WAVEX, AIFF)],
    *[(kind, "DOUBLE", FINE) for kind in (WAV, RF64, WAVEX, AIFF)],
    *[(kind, "ULAW", LAW) for kind in (WAV, RF64, WAVEX, AIFF)],
    *[(kind, "ALAW", LAW) for kind in (WAV, RF64, WAVEX, AIFF)],
]
LOSSY = [(".ogg", "VORBIS"), (".opus", "OPUS"), (".mp3", "MPEG_LAYER_III")]


def read(path, start_secs=0.0, max_secs=60.0):
    sound = read_sound(path, start_secs, max_secs)
    return sound.samples, sound


@pytest.mark.parametrize(("kind", "subtype", "tolerance"), ENCODINGS)
@pytest.mark.parametrize("n_channels", [1, 2])
def test_every_lossless_encoding_gives_the_samples_that_were_written(
    tmp_path, kind, subtype, tolerance, n_channels
):
    samples = sine(440, 0.5)[:, None] * np.linspace(1, 0.4, n_channels)
    path = write(tmp_path / f"A{kind[0].upper()}", samples, subtype=subtype, kind=kind[1])
    sound, about = read(path)
    assert (sound.dtype, about.reason, about.n_clipped) == (np.int16, None, 0)
    np.testing.assert_allclose(sound / 32768, samples.mean(axis=1), atol=tolerance)


@pytest.mark.parametrize(("suffix", "subtype"), LOSSY)
def test_lossy_encodings_come_near_and_keep_their_length(tmp_path, suffix, subtype):
    samples = sine(440, 2.0)
    path = write(tmp_path / f"A{suffix.upper()}", np.stack([samples, samples], 1), subtype=subtype)
    sound, about = read(path)
    assert (len(sound), about.reason, about.n_clipped) == (32_000, None, 0)
    np.testing.assert_allclose(sound[2000:-2000] / 32768, samples[2000:-2000], atol=0.03)


@pytest.mark.parametrize("tag_bytes", [10, 300_000])
@pytest.mark.parametrize("suffix", [".flac", ".mp3"])
def test_an_id3_tag_in_front_is_passed_over(tmp_path, suffix, tag_bytes):
    content = encoded(sine(440, 1.0), suffix=suffix)
    size = bytes((tag_bytes >> shift) & 127 for shift in (21, 14, 7, 0))
    (tmp_path / "plain").write_bytes(content)
    (tmp_path / "tagged").write_bytes(b"ID3\4\0\0" + size + b"\xaa" * tag_bytes + content)
    sound, about = read(tmp_path / "tagged")
    assert (len(sound), about.reason) == (16_000, None)
    np.testing.assert_array_equal(sound, read(tmp_path / "plain")[0])


def test_flac_without_a_declared_length_is_read_to_its_end(tmp_path):
    samples = sine(440, 5.1)  # a whole block and a part of one
    content = bytearray(encoded(samples, suffix=".flac"))
    content[21] &= 0xF0  # the 36 bits of the length, in the stream's description
    content[22:26] = bytes(4)
    (tmp_path / "a.flac").write_bytes(content)
    sound, about = read(tmp_path / "a.flac")
    assert about.reason is None
    np.testing.assert_allclose(sound / 32768, samples, atol=FINE)


def test_wav_of_a_recorder_that_could_not_go_back_is_read_to_its_end(tmp_path):
    samples = sine(440, 1.0)
    content = bytearray(encoded(samples))
    content[4:8] = content[40:44] = b"\xff" * 4
    (tmp_path / "a.wav").write_bytes(content)
    sound, about = read(tmp_path / "a.wav")
    assert about.reason is None
    np.testing.assert_allclose(sound / 32768, samples, atol=FINE)


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


def test_the_borders_of_blocks_leave_no_trace(tmp_path, monkeypatch):
    samples = np.random.default_rng(0).uniform(-0.4, 0.4, 40_001)
    path = write(tmp_path / "a.flac", samples, 44_100)
    whole = soxr.resample(samples.astype(np.float32), 44_100, 16_000, "HQ")
    monkeypatch.setattr(sound_file, "BLOCK_SAMPLES", 1500)
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


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        *[(kind, "PCM_16") for kind in (WAV, RF64, WAVEX, FLAC, AIFF)],
        *[((suffix, None), subtype) for suffix, subtype in LOSSY],
    ],
)
def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path, kind, subtype):
    samples = sine(440, 30.0) + np.random.default_rng(0).uniform(-0.01, 0.01, 480_000)
    content = encoded(samples, suffix=kind[0], subtype=subtype, kind=kind[1])
    (tmp_path / "a").write_bytes(content[: len(content) // 2])
    sound, about = read(tmp_path / "a")
    assert about.reason == "ends_early"
    assert len(sound) == pytest.approx(240_000, rel=0.1)
    tolerance = FINE if kind[1] else 0.05
    np.testing.assert_allclose(
        sound[2000:-4000] / 32768, samples[2000 : len(sound) - 4000], atol=tolerance
    )


@pytest.mark.parametrize("second", [{"suffix": ".ogg"}, {"suffix": ".opus", "rate_hz": 48_000}])
def test_of_chained_streams_the_first_is_read_and_the_rest_told(tmp_path, second):
    content = encoded(sine(440, 3.0), suffix=".ogg") + encoded(sine(880, 3.0), **second)
    (tmp_path / "a.ogg").write_bytes(content)
    sound, about = read(tmp_path / "a.ogg")
    assert about.reason == "ends_early"
    assert len(sound) == 48_000
    assert peak_hz(sound) == pytest.approx(440, abs=0.2)


def test_floats_that_are_no_numbers_end_the_sound(tmp_path):
    samples = sine(440, 1.0)
    samples[12_000] = np.nan
    sound, about = read(write(tmp_path / "a.wav", samples, subtype="FLOAT"))
    assert (about.reason, len(sound)) == ("not_a_number", 12_000)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.wav", b"", "not_a_sound"),
        *[(f"text{s}", b"this is no sound, " * 100, "not_a_sound") for s in KINDS if s != ".mp3"],
        ("text.mp3", b"this is no sound, " * 100, "cannot_be_decoded"),
        ("head.wav", encoded(sine(440, 1.0))[:44], "no_sample"),
        ("head.flac", encoded(sine(440, 1.0), suffix=".flac")[:30], "cannot_be_decoded"),
        ("half_head.wav", encoded(sine(440, 1.0))[:30], "cannot_be_decoded"),
        ("head.ogg", encoded(sine(440, 1.0), suffix=".ogg")[:60], "cannot_be_decoded"),
        ("head.opus", encoded(sine(440, 1.0), suffix=".opus")[:60], "cannot_be_decoded"),
        ("none.wav", encoded(np.zeros(0)), "no_sample"),
        ("slow.wav", encoded(sine(440, 1.0), rate_hz=2000), "rate_not_read"),
    ],
    # Streams of Ogg have random numbers, and workers of pytest-xdist must agree on names.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_cannot_be_read_is_told_by_its_reason(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    sound, about = read(tmp_path / name)
    assert (len(sound), about.reason) == (0, reason)


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_no_damage_ends_in_an_error(tmp_path, suffix):
    content = encoded(sine(440, 1.0), suffix=suffix)
    rng = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(content[: rng.integers(1, len(content))])
        for place in rng.integers(0, min(len(damaged), 400), 8):
            damaged[place] = rng.integers(256)
        (tmp_path / "a").write_bytes(damaged)
        sound, about = read(tmp_path / "a", max_secs=2.0)
        assert len(sound) or about.reason


def test_a_file_that_is_gone_is_told(tmp_path):
    assert read(tmp_path / "gone.wav")[1].reason == "cannot_be_opened"


def test_a_wav_file_with_a_false_name_is_still_one(tmp_path):
    (tmp_path / "a.mp3").write_bytes(encoded(sine(440, 1.0)))
    assert len(read(tmp_path / "a.mp3")[0]) == 16_000
