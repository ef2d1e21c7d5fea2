"""Decode one sound file piece by piece with tensorflow-io, to 16-bit mono at 16 kHz.

Only `worker` calls this, in a process of its own: on some damaged files
the decoders of tensorflow-io 0.37 never return (FLAC) or end the process (OGG in which the
number of channels changes).
"""

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

import numpy as np

from pipelines.making.audio_folder.wav import INTEGER, MAX_CHANNELS, Unreadable, read_layout
from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ

MIN_RATE_HZ, MAX_RATE_HZ = 4_000, 384_000
PIECE_SAMPLES, MIN_PIECE_SAMPLES = 1 << 16, 1 << 10

_INT16_SCALE = 32768.0
_MAX_PAGE_BYTES = 65_307


class Sound(NamedTuple):
    """An opened sound file.

    Args:
        sample_rate_hz: rate of the file.
        n_samples: samples of each channel.
        complete: False if the file is shorter than it declares.
        read: from the first and the last + 1 sample to float32 (samples, channels), full scale
            at 1.
    """

    sample_rate_hz: int
    n_samples: int
    complete: bool
    read: Callable[[int, int], np.ndarray]


class End(NamedTuple):
    """How the reading of a file ended.

    Args:
        reason: None if all is well, else why nothing or not everything was read.
        n_clipped: samples that were louder than full scale.
    """

    reason: str | None
    n_clipped: int


def decode(path: bytes, start_secs: float, max_secs: float) -> Iterator[np.ndarray | End]:
    """Yield the sound of a file in pieces, and at last how it ended.

    Channels are averaged, and the mean is resampled by soxr ("HQ") as one stream: the borders
    of the pieces leave no trace.

    Reasons for which nothing is read: `not_a_sound`, `cannot_be_opened`, `cannot_be_decoded`,
    `header_damaged`, `encoding_not_read` (WAV: anything but integers of 8 to 32 bits and floats
    of 32; OGG: Opus), `rate_not_read` (below 4 or above 384 kHz), `channels_not_read` (more than
    64), `no_sample` (FLAC: also where the length is not declared). Reasons for which only what
    comes before is read: `ends_early` (shorter than declared, or damaged from there on),
    `not_a_number` (in floats), `longer_than_max_secs`.

    Args:
        path: the file, as `os.fsencode` writes it.
        start_secs: what comes before is left out.
        max_secs: what comes this long after `start_secs` is left out.

    Yields:
        int16 (samples,) at 16 kHz, and one `End`.
    """
    try:
        with open(path, "rb") as file:
            yield from _resample(open_sound(file, path), start_secs, max_secs)
    except Unreadable as error:
        yield End(str(error), 0)
    except OSError:
        yield End("cannot_be_opened", 0)


def open_sound(file: BinaryIO, path: bytes) -> Sound:
    """Find out what a file is, from its first bytes rather than its name.

    Args:
        file: the file, opened for reading bytes; it stays open as long as the sound is read.
        path: its name, as `os.fsencode` writes it.

    Returns:
        The sound.

    Raises:
        Unreadable: with the reason.
    """
    magic = file.read(4)
    if magic == b"RIFF":
        sound = _open_wav(file)
    elif magic == b"OggS" and b"OpusHead" in file.read(64):
        raise Unreadable("encoding_not_read")
    elif magic == b"OggS":
        sound = _open_other(path)._replace(complete=_has_last_page(file))
    elif magic == b"fLaC" or path.lower().endswith(b".mp3"):
        sound = _open_other(path)
    else:
        raise Unreadable("not_a_sound")
    if not MIN_RATE_HZ <= sound.sample_rate_hz <= MAX_RATE_HZ:
        raise Unreadable("rate_not_read")
    if sound.n_samples == 0:
        raise Unreadable("no_sample")
    return sound


def _resample(sound: Sound, start_secs: float, max_secs: float) -> Iterator[np.ndarray | End]:
    import soxr

    first = round(start_secs * sound.sample_rate_hz)
    last = min(sound.n_samples, first + round(max_secs * sound.sample_rate_hz))
    stream = soxr.ResampleStream(sound.sample_rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32")
    n_clipped, reason, start, size = 0, None, first, PIECE_SAMPLES
    while start < last:
        stop = min(start + size, last)
        piece, reason = _read_mono(sound, start, stop)
        if reason and size > MIN_PIECE_SAMPLES:
            size //= 2  # come nearer to the damage
            continue
        if reason:
            break
        resampled = stream.resample_chunk(piece)
        n_clipped += int((np.abs(resampled) > 1).sum())
        yield _to_int16(resampled)
        start = stop
    yield _to_int16(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    if reason is None and not sound.complete:
        reason = "ends_early"
    if reason is None and last < sound.n_samples:
        reason = "longer_than_max_secs"
    yield End(reason, n_clipped)


def _open_wav(file: BinaryIO) -> Sound:
    import tensorflow as tf
    import tensorflow_io as tfio

    layout = read_layout(file)
    dtype = {8: tf.uint8, 16: tf.int16, 24: tf.int32, 32: tf.float32}[layout.n_bits]

    def read(start: int, stop: int) -> np.ndarray:
        file.seek(layout.start_byte + start * layout.bytes_per_sample)
        content = file.read((stop - start) * layout.bytes_per_sample)
        numbers = tfio.audio.decode_wav(layout.header(stop - start) + content, dtype=dtype).numpy()
        if (layout.encoding, layout.n_bits) == (INTEGER, 32):
            numbers = numbers.view(np.int32)  # the decoder takes their bits for floats
        return _to_float(numbers)

    return Sound(layout.sample_rate_hz, layout.n_samples, layout.complete, read)


def _open_other(path: bytes) -> Sound:
    """Open FLAC, Vorbis or MP3."""
    import tensorflow as tf
    import tensorflow_io as tfio

    try:
        tensor = tfio.audio.AudioIOTensor(path)
    except (tf.errors.OpError, ValueError) as error:
        raise Unreadable("cannot_be_decoded") from error
    n_samples, n_channels = (int(n) for n in tensor.shape)
    if not 1 <= n_channels <= MAX_CHANNELS:
        raise Unreadable("channels_not_read")

    def read(start: int, stop: int) -> np.ndarray:
        nonlocal tensor
        try:
            return _to_float(tensor[start:stop].numpy())
        except tf.errors.OpError:
            tensor = tfio.audio.AudioIOTensor(path)  # FLAC reads nothing more after damage
            raise

    return Sound(int(tensor.rate), n_samples, True, read)


def _has_last_page(file: BinaryIO) -> bool:
    """Return whether an OGG file has the page that is marked as the last.

    OGG declares no length, and its decoder takes a file that breaks off for a shorter one.
    """
    file.seek(max(0, file.seek(0, os.SEEK_END) - 2 * _MAX_PAGE_BYTES))
    end = file.read()
    last = end.rfind(b"OggS")
    return last >= 0 and len(end) > last + 5 and bool(end[last + 5] & 4)


def _read_mono(sound: Sound, start: int, stop: int) -> tuple[np.ndarray, str | None]:
    """Return the mean of the channels, and why it cannot be used, if so."""
    import tensorflow as tf

    try:
        samples = sound.read(start, stop)
    except (tf.errors.OpError, OSError):
        return np.zeros(0, np.float32), "ends_early"
    if not np.isfinite(samples).all():
        return np.zeros(0, np.float32), "not_a_number"
    return samples.mean(axis=1, dtype=np.float32), None


def _to_float(numbers: np.ndarray) -> np.ndarray:
    if numbers.dtype == np.uint8:
        return (numbers.astype(np.float32) - 128) / 128
    if numbers.dtype == np.float32:
        return numbers
    return numbers.astype(np.float32) / -float(np.iinfo(numbers.dtype).min)


def _to_int16(samples: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(samples * _INT16_SCALE), -32768, 32767).astype(np.int16)
