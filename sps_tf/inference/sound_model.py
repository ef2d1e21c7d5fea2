"""A trained model of sound: files in, pitch curves out."""

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from sps_tf.audio import front_ends, sliding, spectrogram
from sps_tf.audio.sliding import SoundFrames
from sps_tf.errors import UserError
from sps_tf.inference.checks import check_latents
from sps_tf.inference.trained_model import TrainedModel
from sps_tf.runs.model_info import check_front_end

HOP_SECS = spectrogram.HOP / spectrogram.SAMPLE_RATE_HZ
MIN_STEP_SECS = 0.001
# Frames made at a time: eight seconds.
_AT_ONCE = 256


class EncodedSound(NamedTuple):
    """What a model makes of a sound, a row for each frame.

    Args:
        time_secs: (n,) float64, the middle of each frame, which covers 0.19 s; they follow each
            other every 0.032 s.
        z: (n, latent) float32, in the order of the model's `latent_names`.
        midi: (n,) float64, MIDI numbers with fractions by the model's calibration; NaN where the
            sound is silent (60 dB below full scale) or the model has no calibration.
        f0_hz: (n,) float64, the same in Hz.
        level_db: (n,) float32, root mean square below full scale.
    """

    time_secs: np.ndarray
    z: np.ndarray
    midi: np.ndarray
    f0_hz: np.ndarray
    level_db: np.ndarray


class SoundModel(TrainedModel):
    """A trained model of sound, with the front end that makes its frames.

    Example:
        >>> model = sps_tf.load("runs/sps_scale/sps_fast_seed0")
        >>> song = model.encode_file("song.wav")
        >>> song.time_secs, song.midi

    Args:
        *args: see `TrainedModel`, as for the next.
        **kwargs: see `TrainedModel`.

    Raises:
        UserError: if it was trained with another front end than this version has.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        check_front_end(self.front_end)

    def encode_file(
        self, path: str | os.PathLike, step_secs: float = HOP_SECS, start_secs: float = 0.0
    ) -> EncodedSound:
        """Encode a file of sound at every hop, with the model's own front end.

        The channels are averaged, resampled to 16 kHz by soxr, and cut into frames that overlap.

        Args:
            path: WAV, FLAC, OGG, Opus, AIFF or MP3, at any rate.
            step_secs: see `sound_frames`.
            start_secs: what comes before is left out. Default 0.

        Returns:
            Times, latents, and the pitch by the model's calibration.

        Raises:
            UserError: if the file is shorter than a frame (0.19 s), or damaged.
        """
        from sps_tf.audio.sound_file import SoundReader  # needs an extra

        reader = SoundReader(path, start_secs)
        parts = [self.encode_sound(part) for part in self.sound_frames(reader, step_secs)]
        if reader.reason is not None or not parts:
            reason = (reader.reason or "shorter_than_0.19_s").replace("_", " ")
            raise UserError(f"This sound cannot be encoded: {reason}. Received: {path}")
        whole = EncodedSound(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        return whole._replace(time_secs=whole.time_secs + start_secs)

    def sound_frames(
        self, blocks: Iterable[np.ndarray], step_secs: float = HOP_SECS
    ) -> Iterator[SoundFrames]:
        """Cut samples into the frames that the model reads, block by block.

        Args:
            blocks: int16 (samples,) at 16 kHz, of any lengths, such as
                `sps_tf.audio.sound_file.SoundReader`.
            step_secs: from the beginning of a frame to that of the next, at least 1 ms. Default a
                hop, 0.032; the notes' length where the model knows notes from their beginning.

        Yields:
            At most 256 frames each.

        Raises:
            UserError: if the step is shorter.
        """
        if not step_secs >= MIN_STEP_SECS:
            raise UserError(f"step_secs must be at least {MIN_STEP_SECS}. Received: {step_secs}")
        step_samples = round(step_secs * spectrogram.SAMPLE_RATE_HZ)
        front_end = front_ends.FRONT_ENDS[self.front_end["name"]]
        most = self.front_end["max_magnitude"]

        def to_frames(notes: np.ndarray) -> np.ndarray:
            return front_end(notes, most)

        return sliding.sliding_frames(blocks, to_frames, step_samples, _AT_ONCE)

    def encode_sound(self, sound: SoundFrames) -> EncodedSound:
        """Encode frames of a sound, see `sound_frames`."""
        z = self.encode(sound.frames)
        midi = np.where(sound.is_silent, np.nan, self.to_midi(z))
        return EncodedSound(sound.time_secs, z, midi, midi_to_hz(midi), sound.level_db)

    def to_midi(self, z: np.ndarray) -> np.ndarray:
        """Turn latents into pitches by the model's calibration.

        Args:
            z: (..., latent).

        Returns:
            (...) float64, MIDI numbers with fractions; NaN where the model has no calibration.
        """
        z = check_latents(z, self.latent_names)
        line = self.info.get("calibration")
        if not line:
            return np.full(z.shape[:-1], np.nan)
        latent = z[..., self.latent_names.index(line["latent"])].astype(np.float64)
        return line["slope"] * latent + line["offset"]

    def to_sound(self, frames: np.ndarray) -> np.ndarray:
        """Make the sound of frames one after the other, phases found by Griffin and Lim's method.

        Args:
            frames: (time, bins, hops, 1) in [0, 1], five hops (0.16 s) each, such as `decode`
                returns.

        Returns:
            (samples,) float32 at 16 kHz, with a peak of 1.

        Raises:
            UserError: if the model's frames are no spectrograms of its STFT.
        """
        if self.front_end["name"] != "stft":
            raise UserError(
                "Only frames of the front end stft become sound again. "
                f"Received: a model of {self.front_end['name']}"
            )
        return spectrogram.to_waveform(np.asarray(frames))


def midi_to_hz(midi: np.ndarray) -> np.ndarray:
    """Return the fundamental frequency of MIDI numbers; A4, 69, is 440 Hz."""
    return 440.0 * 2.0 ** ((np.asarray(midi, np.float64) - 69.0) / 12.0)
