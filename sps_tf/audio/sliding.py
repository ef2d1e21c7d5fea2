"""Frames of a sound at every hop, from blocks of samples: a curve, not one frame a note."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from sps_tf.audio import spectrogram

FRAME_SAMPLES = spectrogram.clip_samples(1)
_RATE_HZ = spectrogram.SAMPLE_RATE_HZ
# A frame stands for the middle of its windows.
FIRST_SECS = FRAME_SAMPLES / 2 / _RATE_HZ
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
    step_samples: int = spectrogram.HOP,
    n_at_once: int = 256,
) -> Iterator[SoundFrames]:
    """Cut a sound into frames that begin a step apart, and overlap where it is short.

    Args:
        blocks: int16 (samples,) at 16 kHz, one after the other; any lengths.
        to_frames: from int16 (n, 3072), the samples of n notes, to (n, 1, bins, hops, 1); a front
            end of `sps_tf.audio.front_ends`.
        step_samples: from the beginning of a frame to that of the next. Default a hop, 32 ms.
        n_at_once: frames made at a time. Default 256.

    Yields:
        At most `n_at_once` frames each; nothing where the sound is shorter than a frame.
    """
    wanted = FRAME_SAMPLES + (n_at_once - 1) * step_samples
    held, n_before = np.zeros(0, np.int16), 0
    for block in blocks:
        held = np.concatenate([held, block])
        while len(held) >= wanted:
            yield _cut(held[:wanted], n_before, step_samples, to_frames)
            held, n_before = held[n_at_once * step_samples :], n_before + n_at_once
    if len(held) >= FRAME_SAMPLES:
        yield _cut(held, n_before, step_samples, to_frames)


def _cut(
    sound: np.ndarray,
    n_before: int,
    step_samples: int,
    to_frames: Callable[[np.ndarray], np.ndarray],
) -> SoundFrames:
    notes = np.lib.stride_tricks.sliding_window_view(sound, FRAME_SAMPLES)[::step_samples]
    power = np.square(notes / np.float32(1 << 15)).mean(axis=1)
    return SoundFrames(
        FIRST_SECS + (n_before + np.arange(len(notes))) * (step_samples / _RATE_HZ),
        to_frames(notes)[:, 0],
        np.where(power > 0, 10 * np.log10(np.maximum(power, 1e-20)), _SILENT_DB),
        np.abs(notes.astype(np.int32)).max(axis=1) <= SILENT_PEAK,
    )
