"""The SPICE baseline: relative pitch learned from shifted constant-Q spectra."""

from collections.abc import Mapping
from typing import NamedTuple

import keras
import numpy as np
from keras import ops

from sps_tf.errors import UserError
from sps_tf.latent_layout import LatentLayout
from sps_tf.layers.decoder import ConvDecoder
from sps_tf.layers.pitch_encoder import PitchEncoder
from sps_tf.losses import binary_cross_entropy, huber
from sps_tf.models.frame_sampling import random_times, take_times
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.spectrum_changes import equalise, shift_bins
from sps_tf.serialization import build_once

_SEMITONES_PER_OCTAVE = 12.0


class CalibrationReport(NamedTuple):
    """What came of a calibration.

    `n_notes` notes were given; `n_outliers` of them lay farther off than the limit and were left
    out of the fit; `rms_semitones` is the root mean square error of the others.
    """

    n_notes: int
    n_outliers: int
    rms_semitones: float


@keras.saving.register_keras_serializable("sps_tf")
class SPICE(SequenceModel):
    """Learn pitch up to its origin from pairs of shifted spectra (Gfeller et al. 2020).

    A constant-Q spectrum is moved by two known numbers of bins, and so shows one sound at two
    pitches. The difference of the encoder's pitches must be that of the shifts; a decoder
    rebuilds each moved spectrum from its pitch alone; a confidence learns how large the error of
    the difference is, without shaping the encoder. The hops of a note are encoded one by one and
    averaged, weighted by confidence. The logarithmic axis is knowledge about pitch that SPS does
    without.

    Departures from theirs, which learned from many voices and songs: a random equaliser stands
    in for the variety of timbres (without it the pitch jumps by semitones between the recorded
    samples of one instrument); spectra are moved with empty bins entering, not cut from wider
    ones, so that small sets cover a wider range; for the pitch head see `PitchEncoder`;
    reconstruction has the cross-entropy of our other models; the networks are smaller.

    Args:
        encoder: spectra (n, bins) to pitch in bins and confidence, (n, 1) each.
        decoder: pitch (n, 1) in octaves to logits of a spectrum, (n, bins, 1, 1). It rebuilds
            single hops in training, never the pictures of notes that are encoded.
        loss_weights: see `SequenceModel.track_losses`.
        bins_per_octave: of the spectra. Default 24.
        max_shift_bins: the largest shift, up or down. Default 18.
        huber_bins: error of a pitch difference, in bins, above which its loss grows linearly.
            Default 0.25, as in the SPICE paper.
        equaliser: strength of the random equaliser, see `spectrum_changes.equalise`; 0 leaves it
            out. Default 0.15: 6 dB where the spectra span 40.
        equaliser_bins: distance of its places in bins. Default 12, half an octave.
        n_hops: hops of each sequence used in a step, drawn at random; their loss is scaled up to
            the whole sequence. None, the default, takes all.
        **kwargs: see `SequenceModel`.
    """

    layout = LatentLayout(("z_pitch",))

    def __init__(
        self,
        encoder: PitchEncoder,
        decoder: ConvDecoder,
        loss_weights: Mapping[str, float],
        bins_per_octave: int = 24,
        max_shift_bins: int = 18,
        huber_bins: float = 0.25,
        equaliser: float = 0.15,
        equaliser_bins: int = 12,
        n_hops: int | None = None,
        **kwargs: object,
    ) -> None:
        self.bins_per_octave = bins_per_octave
        self.max_shift_bins = max_shift_bins
        self.huber_bins = huber_bins
        self.equaliser = equaliser
        self.equaliser_bins = equaliser_bins
        self.n_hops = n_hops
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.track_losses(loss_weights)
        self.calibration = self.add_weight(
            shape=(2,),
            dtype="float32",
            initializer=_start_calibration,
            trainable=False,
            name="calibration",
        )

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the active terms."""
        return ("pitch", "recon_self", "confidence")

    def build(self, frames_shape: tuple) -> None:
        """Build encoder and decoder for constant-Q pictures (batch, time, bins, hops, 1)."""
        if len(frames_shape) != 5 or frames_shape[-1] != 1:
            raise UserError(
                "Constant-Q pictures have the axes (batch, time, bins, hops, 1). "
                f"Received shape: {tuple(frames_shape)}"
            )
        n_bins = frames_shape[2]
        if not 1 <= self.max_shift_bins < n_bins:
            raise UserError(
                f"max_shift_bins must be at least 1 and below the {n_bins} bins of a spectrum. "
                f"Received: {self.max_shift_bins}"
            )
        build_once(self.encoder, (None, n_bins))
        build_once(self.decoder, (None, self.layout.size))
        self.encoder_input_shape = (None, *frames_shape[1:])
        self.built = True

    # === Inference ===

    def encode(self, frames: keras.KerasTensor) -> keras.KerasTensor:
        """Return the pitch of notes, in octaves above the model's origin.

        Args:
            frames: (batch, time, bins, hops, 1) in [0, 1].

        Returns:
            (batch, time, 1) float32, the mean over the hops weighted by confidence.
        """
        pitch, confidence = self.encode_hops(frames)
        weight = confidence + keras.config.epsilon()
        return ops.sum(weight * pitch, axis=-1, keepdims=True) / ops.sum(
            weight, axis=-1, keepdims=True
        )

    def encode_hops(self, frames: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.KerasTensor]:
        """Return the pitch of each hop and the confidence in it.

        Args:
            frames: (batch, time, bins, hops, 1) in [0, 1].

        Returns:
            Both (batch, time, hops) float32: octaves, and a share in [0, 1].
        """
        _, n_times, n_bins, n_hops, _ = frames.shape
        pitch_bins, confidence = self.encoder(ops.reshape(_hops(frames), (-1, n_bins)))
        shape = (-1, n_times, n_hops)
        pitch = pitch_bins / self.bins_per_octave
        return ops.reshape(pitch, shape), ops.reshape(confidence, shape)

    def to_midi(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Turn pitches of the model into MIDI numbers.

        Args:
            z: any shape, from `encode`.

        Returns:
            The same shape; relative to an unknown origin until `calibrate` was called.
        """
        return self.calibration[0] * z + self.calibration[1]

    def calibrate(
        self, frames: np.ndarray, pitch: np.ndarray, limit_semitones: float = 6.0
    ) -> CalibrationReport:
        """Fit the line from the model's pitch to MIDI numbers on notes of known pitch.

        The median difference between twelve times z and the true pitch gives a first guess; what
        lies farther from it than a limit, such as an octave error, does not enter the fit by
        least squares. The line is kept and saved with the weights.

        Args:
            frames: (n, time, bins, hops, 1) in [0, 1].
            pitch: (n, time) or (n, time, 1), MIDI numbers, at least two different ones.
            limit_semitones: the limit. Default 6, half an octave.

        Returns:
            How well the line fits.

        Raises:
            UserError: if fewer than two different pitches are given or are within the limit.
        """
        z = ops.convert_to_numpy(self.encode(frames)).astype("float64").reshape(-1)
        midi = np.asarray(pitch, "float64").reshape(-1)
        offset = np.median(midi - _SEMITONES_PER_OCTAVE * z)
        kept = np.abs(_SEMITONES_PER_OCTAVE * z + offset - midi) <= limit_semitones
        if len(np.unique(midi[kept])) < 2 or not np.ptp(z[kept]) > 0:
            raise UserError(
                "A calibration needs notes of at least two pitches that the model tells apart. "
                f"Received: {len(midi)} notes, {int(kept.sum())} of them without a large error"
            )
        line = np.polyfit(z[kept], midi[kept], 1)
        self.calibration.assign(line)
        errors = np.polyval(line, z[kept]) - midi[kept]
        return CalibrationReport(len(midi), int((~kept).sum()), float(np.sqrt((errors**2).mean())))

    # === Training ===

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return a scalar for each of `loss_names`.

        Args:
            frames: (batch, time, bins, hops, 1) in [0, 1].
            training: whether to draw hops, shifts and gains; without, all hops are moved up and
                down by the largest shift.
        """
        n_times, n_bins = frames.shape[1], frames.shape[2]
        hops = _hops(frames)
        n_hops = self.n_hops if training else None
        chosen = random_times(ops.shape(hops)[0], hops.shape[1], n_hops, self.stream("hops"))
        spectra = ops.reshape(take_times(hops, chosen), (-1, n_bins))
        shifts = self._shifts(ops.shape(spectra)[0], training)
        moved = ops.concatenate([shift_bins(spectra, s, self.max_shift_bins) for s in shifts])
        heard = moved
        if training and self.equaliser:
            seed = self.stream("equaliser")
            heard = equalise(moved, self.equaliser, self.equaliser_bins, seed)
        pitch_bins, confidence = self.encoder(heard)
        first, second = ops.split(pitch_bins, 2)
        error_bins = (first - second) - ops.cast(shifts[0] - shifts[1], "float32")
        right = 1.0 - ops.stop_gradient(ops.minimum(ops.abs(error_bins), 1.0))
        unsure = ops.square(confidence - ops.concatenate([right, right]))
        logits = self.decoder(pitch_bins / self.bins_per_octave)
        nats = binary_cross_entropy(moved[..., None, None], logits)
        return {
            "pitch": n_times * ops.mean(huber(error_bins, self.huber_bins)),
            "recon_self": n_times * ops.mean(nats),
            "confidence": n_times * ops.mean(unsure),
        }

    def _shifts(self, n: keras.KerasTensor, training: bool) -> tuple:
        """Return both shifts of each spectrum, (n, 1) int32 each."""
        most = self.max_shift_bins
        if not training:
            return ops.full((n, 1), most, "int32"), ops.full((n, 1), -most, "int32")
        seed = self.stream("shifts")
        return tuple(keras.random.randint((n, 1), -most, most + 1, seed=seed) for _ in range(2))

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "bins_per_octave": self.bins_per_octave,
            "max_shift_bins": self.max_shift_bins,
            "huber_bins": self.huber_bins,
            "equaliser": self.equaliser,
            "equaliser_bins": self.equaliser_bins,
            "n_hops": self.n_hops,
        }


def _hops(frames: keras.KerasTensor) -> keras.KerasTensor:
    """Put the hops of a sequence in a row: (batch, time, bins, hops, 1) to (batch, all, bins)."""
    _, n_times, n_bins, n_hops, _ = frames.shape
    return ops.reshape(ops.swapaxes(frames[..., 0], 2, 3), (-1, n_times * n_hops, n_bins))


def _start_calibration(shape: tuple, dtype: str | None = None) -> keras.KerasTensor:
    """Return the slope and the offset before calibration; an octave has twelve semitones."""
    return ops.convert_to_tensor([_SEMITONES_PER_OCTAVE, 0.0], dtype=dtype)
