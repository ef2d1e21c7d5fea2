"""Read a sound file by blocks with libsndfile, to 16-bit mono at 16 kHz."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sps_tf.audio.spectrogram import SAMPLE_RATE_HZ
from sps_tf.optional import require_module

soundfile, soxr = require_module("soundfile"), require_module("soxr")

MIN_RATE_HZ, MAX_RATE_HZ, BLOCK_SAMPLES = 4_000, 384_000, 1 << 16
_REASONS = {1: "not_a_sound", 2: "cannot_be_opened", 4: "encoding_not_read"}  # libsndfile's codes
_CUT = re.compile(r"(?:data|SSND|Riff size)\s*: (\d+) \(should be (\d+)\)")  # and its words
# So many equal samples in a row at full scale, which 8 bits reach up to 0.992, are no music.
_FULL_SCALE, _FLAT_SAMPLES, _CLIPPED_SHARE = 0.99, 4, 1e-3
_CANCELLED_SHARE = 0.01  # 20 dB
_UNKNOWN_LENGTH, _STREAMED_BYTES, _MAX_PAGE_BYTES = 2**63 - 1, 2**32 - 1, 65_307


class Sound(NamedTuple):
    """The sound of one file.

    Args:
        samples: int16 (samples,) at 16 kHz, one channel; none if nothing could be read.
        reason: None if all is well, else why nothing or not everything was read.
        n_clipped: samples that were louder than full scale, or stand at it in a row.
        faults: what is wrong with the recording itself: `clipped` (one sample in a thousand),
            `antiphase` (the channels cancel each other, so that their mean is far softer).
    """

    samples: np.ndarray = np.zeros(0, np.int16)
    reason: str | None = None
    n_clipped: int = 0
    faults: tuple[str, ...] = ()


class _Meter:
    """Looks at the channels of a recording, block by block, before they are averaged."""

    def __init__(self) -> None:
        self._n_samples = 0
        self._power = self._power_of_mean = 0.0
        self.n_flat = 0

    def add(self, block: np.ndarray) -> None:
        """Take in the next samples, (sample, channel)."""
        self._n_samples += len(block)
        self._power += float(np.square(block).mean(axis=1).sum())
        self._power_of_mean += float(np.square(block.mean(axis=1)).sum())
        loud = np.abs(block) >= _FULL_SCALE
        flat = (block[1:] == block[:-1]) & loud[1:]
        n_in_row = len(flat) - _FLAT_SAMPLES + 2
        if n_in_row > 0:
            rows = np.stack([flat[i : n_in_row + i] for i in range(_FLAT_SAMPLES - 1)]).all(axis=0)
            self.n_flat += int(rows.any(axis=1).sum())

    def faults(self, n_clipped: int) -> tuple[str, ...]:
        """Name what is wrong, if `n_clipped` samples are clipped."""
        clipped = n_clipped > _CLIPPED_SHARE * self._n_samples
        cancelled = self._power_of_mean < _CANCELLED_SHARE * self._power
        return ("clipped",) * clipped + ("antiphase",) * cancelled


class SoundReader:
    """Average a file's channels, and resample the mean by soxr ("HQ") as one stream.

    Iterate over it to get int16 (samples,) at 16 kHz; blocks of any length, some of them empty.
    What `Sound` says of the whole stands in the attributes of the same names afterwards.

    Nothing is read: `not_a_sound`, `cannot_be_opened`, `encoding_not_read`, `cannot_be_decoded`,
    `rate_not_read` (below 4 or above 384 kHz), `no_sample`. What comes before is read:
    `ends_early` (shorter than declared, damaged from there on, or a second OGG stream begins),
    `not_a_number` (in floats), `longer_than_max_secs`.

    Args:
        path: the file; its content says what it is, not its name.
        start_secs: what comes before is left out. Default 0.
        max_secs: what comes this long after `start_secs` is left out. Default: nothing.
    """

    def __init__(
        self, path: str | os.PathLike, start_secs: float = 0.0, max_secs: float | None = None
    ) -> None:
        self._path, self._start_secs, self._max_secs = path, start_secs, max_secs
        self.reason: str | None = None
        self.n_clipped = 0
        self.faults: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[np.ndarray]:
        try:
            with soundfile.SoundFile(self._path) as file:
                if not MIN_RATE_HZ <= file.samplerate <= MAX_RATE_HZ:
                    self.reason = "rate_not_read"
                elif not file.frames:
                    self.reason = "no_sample"
                else:
                    yield from self._resample(file)
        except soundfile.LibsndfileError as error:
            self.reason = _REASONS.get(error.code, "cannot_be_decoded")

    def _resample(self, file: soundfile.SoundFile) -> Iterator[np.ndarray]:
        first, last = round(self._start_secs * file.samplerate), file.frames
        if self._max_secs is not None:
            last = min(last, first + round(self._max_secs * file.samplerate))
        stream = soxr.ResampleStream(file.samplerate, SAMPLE_RATE_HZ, 1, dtype="float32")
        reason, at, meter = None, 0, _Meter()
        while at < last and reason is None:
            block, reason = _read_block(file, min(BLOCK_SAMPLES, last - at))
            used = block[max(0, first - at) :]
            meter.add(used)
            yield self._to_int16(stream.resample_chunk(used.mean(axis=1, dtype=np.float32)))
            at += len(block)
        yield self._to_int16(stream.resample_chunk(np.zeros(0, np.float32), last=True))
        if file.frames == _UNKNOWN_LENGTH and reason == "ends_early":
            reason = None  # a FLAC that declares no end: this is it; of an OGG, the pages tell
        reason = reason or (None if _is_whole(file) else "ends_early")
        self.reason = reason or ("longer_than_max_secs" if at == last < file.frames else None)
        self.n_clipped += meter.n_flat
        self.faults = meter.faults(self.n_clipped)

    def _to_int16(self, sound: np.ndarray) -> np.ndarray:
        self.n_clipped += int((np.abs(sound) > 1).sum())
        return np.clip(np.rint(sound * 32768.0), -32768, 32767).astype(np.int16)


def read_sound(path: str | os.PathLike, start_secs: float, max_secs: float) -> Sound:
    """Read a file to its end, or as far as it can be read; see `SoundReader`.

    Args:
        path: the file; its content says what it is, not its name.
        start_secs: what comes before is left out.
        max_secs: what comes this long after `start_secs` is left out.

    Returns:
        The sound.
    """
    reader = SoundReader(path, start_secs, max_secs)
    samples = np.concatenate([np.zeros(0, np.int16), *reader])
    return Sound(samples, reader.reason, reader.n_clipped, reader.faults)


def _read_block(file: soundfile.SoundFile, n_samples: int) -> tuple[np.ndarray, str | None]:
    """Return (sample, channel) up to a damage, and what it is."""
    block = np.full((n_samples, file.channels), np.nan, np.float32)
    try:
        reason = None if len(file.read(out=block)) == n_samples else "ends_early"
    except RuntimeError:  # what was read before the damage is in the block all the same
        reason = "ends_early"
    good = np.isfinite(block).all(axis=1)
    if not good.all():
        block, reason = block[: good.argmin()], reason or "not_a_number"
    return block, reason


def _is_whole(file: soundfile.SoundFile) -> bool:
    """Tell whether a file is as long as it declares; libsndfile takes what is there for all."""
    if file.format != "OGG":
        cut = _CUT.search(file.extra_info)
        return cut is None or not int(cut[2]) < int(cut[1]) < _STREAMED_BYTES
    with open(file.name, "rb") as pages:  # the last page is marked, and of the first one's stream
        stream = pages.read(18)[14:]
        pages.seek(max(0, pages.seek(0, os.SEEK_END) - 2 * _MAX_PAGE_BYTES))
        end = pages.read().rpartition(b"OggS")[2]
    return len(end) > 13 and end[1] & 4 > 0 and end[10:14] == stream
