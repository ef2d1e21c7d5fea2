import io
import struct

import numpy as np
import pytest
import soundfile

from pipelines.making.audio_folder.wav import FLOAT, INTEGER, Unreadable, read_layout


def wav(subtype="PCM_16", n_channels=1, n_samples=100, rate_hz=8000, kind="WAV"):
    file = io.BytesIO()
    samples = np.linspace(-0.5, 0.5, n_samples * n_channels).reshape(n_samples, n_channels)
    soundfile.write(file, samples, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


def layout_of(content):
    return read_layout(io.BytesIO(content))


def with_field(content, position, kind, value):
    field = struct.pack(kind, value)
    return content[:position] + field + content[position + len(field) :]


def with_chunk(content, position, name, body):
    padding = b"\0" * (len(body) % 2)
    chunk = name + struct.pack("<I", len(body)) + body + padding
    return content[:position] + chunk + content[position:]


@pytest.mark.parametrize(
    ("subtype", "encoding", "n_bits"),
    [
        ("PCM_U8", INTEGER, 8),
        ("PCM_16", INTEGER, 16),
        ("PCM_24", INTEGER, 24),
        ("PCM_32", INTEGER, 32),
        ("FLOAT", FLOAT, 32),
    ],
)
@pytest.mark.parametrize("kind", ["WAV", "WAVEX"])
def test_the_layout_tells_encoding_channels_rate_and_place(subtype, encoding, n_bits, kind):
    content = wav(subtype, n_channels=3, n_samples=50, rate_hz=44_100, kind=kind)
    layout = layout_of(content)
    assert layout[:4] == (encoding, n_bits, 3, 44_100)
    assert (layout.n_samples, layout.complete) == (50, True)
    assert layout.bytes_per_sample == 3 * n_bits // 8
    assert content[layout.start_byte - 8 : layout.start_byte - 4] == b"data"


def test_the_new_header_makes_a_file_that_another_library_reads():
    content = wav("PCM_24", n_channels=2)
    layout = layout_of(content)
    part = content[layout.start_byte + 10 * 6 : layout.start_byte + 30 * 6]
    samples, rate_hz = soundfile.read(io.BytesIO(layout.header(20) + part))
    whole, _ = soundfile.read(io.BytesIO(content))
    np.testing.assert_array_equal(samples, whole[10:30])
    assert rate_hz == 8000


@pytest.mark.parametrize("body", [b"", b"x", b"some text", b"x" * 1000])
def test_other_chunks_are_passed_over_wherever_they_are(body):
    content = wav()
    plain = layout_of(content)
    data = content.index(b"data")
    for position in (12, data):
        layout = layout_of(with_chunk(content, position, b"LIST", body))
        shift = 8 + len(body) + len(body) % 2
        assert layout == plain._replace(start_byte=plain.start_byte + shift)


def test_a_file_that_breaks_off_has_only_its_whole_samples():
    content = wav(n_channels=2)
    layout = layout_of(content[:-5])
    assert (layout.n_samples, layout.complete) == (98, False)


@pytest.mark.parametrize("declared", [0, 0xFFFFFFFF])
def test_an_undeclared_length_means_all_that_follows(declared):
    content = wav()
    size = content.index(b"data") + 4
    layout = layout_of(with_field(content, size, "<I", declared))
    assert (layout.n_samples, layout.complete) == (100, True)


def test_what_follows_the_samples_is_no_sample():
    layout = layout_of(wav() + b"LIST" + struct.pack("<I", 4) + b"INFO")
    assert (layout.n_samples, layout.complete) == (100, True)


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "DOUBLE", "IMA_ADPCM"])
def test_other_encodings_are_named(subtype):
    with pytest.raises(Unreadable, match="encoding_not_read"):
        layout_of(wav(subtype))


@pytest.mark.parametrize(
    "content",
    [
        with_field(wav(), 32, "<H", 0),  # a block of no bytes
        with_field(wav(), 32, "<H", 64),  # a block wider than its channels
        with_field(wav(), 22, "<H", 0),  # no channel
        with_field(wav(), 22, "<H", 30_000),
        with_field(wav(), 40 - 4, "4s", b"LIST"),  # no samples
        with_field(wav(), 40 - 4, "<I", 0)[:40] + struct.pack("<i", -8) + bytes(100),
        with_field(wav(), 16, "<I", 7),  # a format of 7 bytes
        with_field(wav(), 12, "4s", b"junk"),  # no format
        wav()[:30],
        b"RIFF\0\0\0\0WAVE" + bytes(10_000_000),
    ],
)
def test_a_header_that_contradicts_itself_is_refused_at_once(content):
    with pytest.raises(Unreadable, match="header_damaged"):
        layout_of(content)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"this is no sound", b"RIFF\0\0\0\0AVI LIST"])
def test_what_is_no_wav_file_is_refused(content):
    with pytest.raises(Unreadable, match="not_a_sound"):
        layout_of(content)
