"""Find the samples in a WAV file, before any decoder touches it.

tensorflow-io's own reader trusts the header: a false block size ends the process, a false chunk
size never ends, and 32-bit integers are taken for floats. So the header is read and checked
here, and the decoder gets pieces with a new, plain header.
"""

import os
import struct
from typing import BinaryIO, NamedTuple

INTEGER, FLOAT = 1, 3
MAX_CHANNELS = 64

_EXTENSIBLE = 0xFFFE
_MAX_CHUNKS = 10_000
_STREAMED = (0, 0xFFFFFFFF)


class Unreadable(Exception):
    """Tell by a short name why a file cannot be read, such as "encoding_not_read"."""


class WavLayout(NamedTuple):
    """Where the samples of a WAV file are, and how they are written.

    Args:
        encoding: `INTEGER` or `FLOAT`.
        n_bits: bits of one number: 8, 16, 24 or 32; floats have 32.
        n_channels: 1 to 64.
        sample_rate_hz: as the header declares it.
        start_byte: where the first sample begins.
        n_samples: samples of each channel that the file really has.
        complete: whether these are as many as the header declares.
    """

    encoding: int
    n_bits: int
    n_channels: int
    sample_rate_hz: int
    start_byte: int
    n_samples: int
    complete: bool

    @property
    def bytes_per_sample(self) -> int:
        """Bytes of one sample of all channels."""
        return self.n_channels * self.n_bits // 8

    def header(self, n_samples: int) -> bytes:
        """Return the header of a WAV file with this many of the samples."""
        width, n_bytes = self.bytes_per_sample, n_samples * self.bytes_per_sample
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", 36 + n_bytes, b"WAVE", b"fmt ", 16, self.encoding, self.n_channels),
            *(self.sample_rate_hz, self.sample_rate_hz * width & 0xFFFFFFFF, width, self.n_bits),
            *(b"data", n_bytes),
        )


def read_layout(file: BinaryIO) -> WavLayout:
    """Read the header of a WAV file.

    Args:
        file: opened for reading bytes, and seekable.

    Returns:
        The layout. Chunks other than the format and the samples are passed over. A header that
        declares no or an unlimited length, as recorders leave it that could not go back, means
        all that follows.

    Raises:
        Unreadable: `not_a_sound` if this is no WAV file, `encoding_not_read` if its samples are
            anything but integers of 8, 16, 24 or 32 bits or floats of 32, `header_damaged` if
            the header contradicts itself.
    """
    n_file_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise Unreadable("not_a_sound")
    form = None
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            break
        name, n_declared = struct.unpack("<4sI", chunk)
        start = file.tell()
        if name == b"fmt ":
            form = _read_format(file.read(min(n_declared, 40)))
        elif name == b"data" and form is not None:
            return _layout(form, start, n_declared, n_file_bytes - start)
        file.seek(start + n_declared + n_declared % 2)  # an odd chunk is padded
    raise Unreadable("header_damaged")


def _read_format(content: bytes) -> tuple[int, int, int, int]:
    """Return encoding, bits, channels and rate from the format chunk."""
    if len(content) < 16:
        raise Unreadable("header_damaged")
    encoding, n_channels, rate_hz, _, block_bytes, n_bits = struct.unpack("<HHIIHH", content[:16])
    if encoding == _EXTENSIBLE and len(content) >= 26:
        encoding = int.from_bytes(content[24:26], "little")
    if (encoding, n_bits) not in {(INTEGER, 8), (INTEGER, 16), (INTEGER, 24), (INTEGER, 32)} | {
        (FLOAT, 32)
    }:
        raise Unreadable("encoding_not_read")
    if not 1 <= n_channels <= MAX_CHANNELS or block_bytes != n_channels * n_bits // 8:
        raise Unreadable("header_damaged")
    return encoding, n_bits, n_channels, rate_hz


def _layout(
    form: tuple[int, int, int, int], start: int, n_declared: int, n_present: int
) -> WavLayout:
    encoding, n_bits, n_channels, rate_hz = form
    n_bytes = n_present if n_declared in _STREAMED else min(n_declared, n_present)
    n_samples = n_bytes // (n_channels * n_bits // 8)
    complete = n_declared in _STREAMED or n_declared <= n_present
    return WavLayout(encoding, n_bits, n_channels, rate_hz, start, n_samples, complete)
