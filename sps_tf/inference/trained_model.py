"""A trained model as its user meets it: NumPy arrays in and out."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from sps_tf.errors import UserError
from sps_tf.frames import in_batches
from sps_tf.inference.checks import check_frames, check_latents
from sps_tf.models import SequenceModel

# Frames that go through a network at a time; more are no faster on a CPU, and take memory.
_AT_ONCE = 256


class TrainedModel:
    """A trained model and what its file tells of it; one of sound is a `SoundModel`.

    Example:
        >>> model = sps_tf.load("runs/sps_ball/sps_fast_seed0")
        >>> z = model.encode(frames)  # (batch, time, height, width, channels) -> latents
        >>> model.predict(frames[:, :5], n_steps=15).shape
        (8, 15, 32, 32, 3)

    Args:
        keras_model: a built model of `sps_tf.models`.
        info: what is known of it, see `sps_tf.runs.model_info`. Default: what its file told.
        source: where it comes from, for messages. Default "the model".
    """

    def __init__(
        self,
        keras_model: SequenceModel,
        info: dict[str, Any] | None = None,
        source: str | Path = "the model",
    ) -> None:
        self.keras_model = keras_model
        self.info = keras_model.info if info is None else info
        self.source = str(source)

    # === What it is ===

    @property
    def latent_names(self) -> tuple[str, ...]:
        """Names of the latents in their order: content, then style."""
        return self.keras_model.layout.names

    @property
    def content_names(self) -> tuple[str, ...]:
        """Names of the content latents, which the prior predicts."""
        return self.keras_model.layout.content

    @property
    def style_names(self) -> tuple[str, ...]:
        """Names of the style latents, constant in a sequence; none without SPS+."""
        return self.keras_model.layout.style

    @property
    def frame_shape(self) -> tuple[int, int, int]:
        """(height, width, channels) of a frame; of sound (bins, hops, 1)."""
        return tuple(self.keras_model.encoder_input_shape[2:])

    @property
    def front_end(self) -> dict[str, Any]:
        """How files become frames, see `sps_tf.runs.model_info.describe_front_end`; may be {}."""
        return self.info.get("front_end", {})

    @property
    def kind(self) -> str:
        """What its frames are made from: "sound" or "video"; "" where the file does not tell."""
        return self.front_end.get("kind", "")

    @property
    def latent_mean(self) -> np.ndarray | None:
        """(latent,) mean over training frames; None where the file does not tell."""
        return self._statistic("mean")

    @property
    def latent_std(self) -> np.ndarray | None:
        """(latent,) standard deviation over training frames; None where the file does not tell."""
        return self._statistic("std")

    def _statistic(self, name: str) -> np.ndarray | None:
        latents = self.info.get("latents")
        return np.array(latents[name], np.float32) if latents else None

    def describe(self) -> str:
        """Say in one line what the model is and was trained on."""
        told = self.info.get("trained_on")
        kind = f"{self.source}: {type(self.keras_model).__name__}"
        latents = f"latents {', '.join(self.latent_names)}"
        if not told:
            return f"{kind}, {latents}; its file does not say what it was trained on"
        n_train = told.get("splits", {}).get("train")
        size = f" ({n_train} training sequences)" if n_train else ""
        return (
            f"{kind}, {latents}; method {told['method']}, preset {told['preset']}, seed "
            f"{told['seed']}, {told['steps']} steps on {told['data'] or told['dataset']}{size}"
        )

    def __repr__(self) -> str:
        return f"<TrainedModel {self.describe()}>"

    # === Frames and latents ===

    def encode(self, frames: np.ndarray) -> np.ndarray:
        """Return the latents of frames: the encoder's means.

        Args:
            frames: (batch, time, height, width, channels) or (time, height, width, channels), of
                any time; uint8, or floats in [0, 1].

        Returns:
            (batch, time, latent) or (time, latent) float32.

        Raises:
            UserError: if the frames have another shape, type or range.
        """
        frames = check_frames(frames, self.frame_shape)
        flat = frames.reshape(-1, *self.frame_shape)
        z = in_batches(lambda part: self.keras_model.encode(part[:, None])[:, 0], flat, _AT_ONCE)
        return z.reshape(*frames.shape[:-3], -1)

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Return the frames of latents.

        Args:
            z: (..., latent), in the units of `encode`.

        Returns:
            (..., height, width, channels) float32 in [0, 1].

        Raises:
            UserError: if the model decodes no frames, or the last axis is not the latents.
        """
        if not self.keras_model.decodes_frames:
            raise UserError(
                f"{self.source} cannot decode: {type(self.keras_model).__name__} makes no frames."
            )
        z = check_latents(z, self.latent_names)
        flat = z.reshape(-1, z.shape[-1])
        frames = in_batches(self.keras_model.decode, flat, _AT_ONCE)
        return frames.reshape(*z.shape[:-1], *self.frame_shape)

    def predict(self, frames: np.ndarray, n_steps: int) -> np.ndarray:
        """Continue a sequence: encode it, run the prior freely, decode.

        Args:
            frames: as for `encode`; all its times are given.
            n_steps: frames to predict, at least 1.

        Returns:
            (batch, n_steps, height, width, channels) float32 in [0, 1], what follows the frames;
            without the batch axis where they have none.

        Raises:
            UserError: if the model has no prior or decodes no frames, or see `encode`.
        """
        self.check_prior()
        return self.decode(self.predict_latents(self.encode(frames), n_steps))

    def predict_latents(self, z: np.ndarray, n_steps: int) -> np.ndarray:
        """Continue latents by the prior; the style is the mean of those given.

        Args:
            z: (batch, time, latent) or (time, latent); all times are given.
            n_steps: steps to predict, at least 1.

        Returns:
            (batch, n_steps, latent) float32; without the batch axis where z has none.

        Raises:
            UserError: if the model has no prior, or an axis or n_steps is empty.
        """
        self.check_prior()
        z = check_latents(z, self.latent_names)
        if z.ndim not in (2, 3) or z.shape[-2] < 1 or n_steps < 1:
            raise UserError(
                "A prediction needs latents (batch, time, latent) or (time, latent) of at least "
                f"one time, and n_steps of at least 1. Received: {z.shape} and n_steps={n_steps}"
            )
        given = z if z.ndim == 3 else z[None]
        n_given = given.shape[1]
        longer = np.pad(given, [(0, 0), (0, n_steps), (0, 0)])
        rollout = self.keras_model.rollout(longer, n_given=n_given)
        content = ops.convert_to_numpy(rollout)[:, n_given - 1 :]
        style = given[..., content.shape[-1] :].mean(axis=1, keepdims=True)
        style = np.broadcast_to(style, (*content.shape[:2], style.shape[-1]))
        later = np.concatenate([content, style], axis=-1)
        return later if z.ndim == 3 else later[0]

    def convert(self, content: np.ndarray, style: np.ndarray) -> np.ndarray:
        """Give the content of one sequence the style of another (SPS+).

        Args:
            content: (time, height, width, channels), as for `encode`.
            style: (time, height, width, channels) of any time; its style is the mean over the
                frames that are not empty.

        Returns:
            (time, height, width, channels) float32 in [0, 1], as long as `content`; empty frames
            stay empty.

        Raises:
            UserError: if the model has no style, or see `encode` and `decode`.
        """
        if not self.style_names:
            raise UserError(
                f"{self.source} cannot convert: it has no latents of style, only "
                f"{', '.join(self.latent_names)}. Models of sps_scale/instruments, "
                "sps_ball/colorful and audio_folder have some."
            )
        z, z_style = self.encode(content), self.encode(style)
        n_content = len(self.content_names)
        shown = np.asarray(style).any(axis=(1, 2, 3))
        mean = z_style[shown if shown.any() else slice(None), n_content:].mean(axis=0)
        z[:, n_content:] = mean
        shown = np.asarray(content).any(axis=(1, 2, 3), keepdims=True)
        return self.decode(z) * shown

    # === Files ===

    def encode_file(self, path: str | os.PathLike) -> Any:
        """Refuse a file of sound, see `SoundModel.encode_file`; of videos `launch.encode` does it.

        Raises:
            UserError: always.
        """
        raise UserError(
            f"{self.source} does not read sound: pass frames to encode(), or videos and folders of "
            f"pictures to `python -m launch.encode`. Received: {path}"
        )

    def check_kind(self, kind: str) -> None:
        """Refuse a file that is not of the kind that the model was trained on.

        Args:
            kind: "sound" or "video".

        Raises:
            UserError: if the model reads another kind.
        """
        if self.kind != kind:
            raise UserError(
                f"{self.source} reads {self.kind or 'frames that its file does not describe'}, "
                f"not {kind}."
            )

    def check_prior(self) -> None:
        """Refuse to predict without a prior.

        Raises:
            UserError: if the model has none.
        """
        if not self.keras_model.has_prior:
            raise UserError(
                f"{self.source} cannot predict: {type(self.keras_model).__name__} has no prior."
            )
