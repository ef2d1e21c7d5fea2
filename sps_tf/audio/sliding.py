"""Frames of a sound at every hop, from blocks of samples: a curve, not one frame a note."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from sps_tf.audio import spectrogram

FRAME_SAMPLES = spectrogram.clip_samples(1)
HOP_SECS = spectrogram.HOP / spectrogram.SAMPLE_RATE_HZ
# A frame stands for the middle of its windows.
FIRST_SECS = FRAME_SAMPLES / 2 / spectrogram.SAMPLE_RATE_HZ
# Nothing louder than about -60 dB below full scale is silence, as where recordings are cut.
SILENT_PEAK = 32
_SILENT_DB = -200.0


class SoundFrames(NamedTuple):
    """Frames that follow each other by a hop.

    Args:
        time_secs: (n,) float64, the middle of each frame, from the beginning of the sound.
        frames: (n, bins, hops, 1) float16 in [0, 1].
        level_db: (n,) float32, root mean square below full scale.
        is_silent: (n,) boolean.
    """

    time_secs: np.ndarray
    frames: np.ndarray
    level_db: np.ndarray
    is_silent: np.ndarray


def sliding_frames(
    blocks: Iterable[np.ndarray],
    to_frames: Callable[[np.ndarray], np.ndarray],
    n_at_once: int = 256,
) -> Iterator[SoundFrames]:
    """Cut a sound into frames that begin a hop (32 ms) apart and overlap.

    Args:
        blocks: int16 (samples,) at 16 kHz, one after the other; any lengths.
        to_frames: from int16 (n, 3072), the samples of n notes, to (n, 1, bins, hops, 1); a front
            end of `sps_tf.audio.front_ends`.
        n_at_once: frames made at a time. Default 256, eight seconds.

    Yields:
        At most `n_at_once` frames each; nothing where the sound is shorter than a frame.
    """
    hop, wanted = spectrogram.HOP, FRAME_SAMPLES + (n_at_once - 1) * spectrogram.HOP
    held, n_before = np.zeros(0, np.int16), 0
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= wanted:
            yield _cut(held[:wanted], n_before, to_frames)
            held, n_before = held[n_at_once * hop :], n_before + n_at_once
    if len(held) >= FRAME_SAMPLES:
        yield _cut(held, n_before, to_frames)


def _cut(
    sound: np.ndarray, n_before: int, to_frames: Callable[[np.ndarray], np.ndarray]
) -> SoundFrames:
    notes = np.lib.stride_tricks.sliding_window_view(sound, FRAME_SAMPLES)[:: spectrogram.HOP]
    power = np.square(notes / np.float32(1 << 15)).mean(axis=1)
    return SoundFrames(
        FIRST_SECS + HOP_SECS * (n_before + np.arange(len(notes))),
        to_frames(notes)[:, 0],
        np.where(power > 0, 10 * np.log10(np.maximum(power, 1e-20)), _SILENT_DB),
        np.abs(notes.astype(np.int32)).max(axis=1) <= SILENT_PEAK,
    )
