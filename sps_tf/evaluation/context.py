"""What evaluators look at: a model, a split of the data, and what several of them need of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import keras
import numpy as np
from ml_collections import ConfigDict

from sps_tf.data import Arrays
from sps_tf.errors import UserError, did_you_mean
from sps_tf.evaluation import outputs
from sps_tf.evaluation.outputs import Predictions
from sps_tf.evaluation.pitch_points import collect_pitch_points, instrument_names
from sps_tf.metrics import PitchPoints, moments


@dataclass(frozen=True, eq=False)
class Context:
    """A model on a split; what several evaluators need is computed when first asked for, and kept.

    Args:
        model: SPS, or a baseline.
        arrays: the split: `frames` (n, time, height, width, channels), uint8 or floats in [0, 1],
            and what else is known by name, such as labels (n, time, label).
        settings: `config.evaluation`.
        method: the config's; names the model in pictures.
        seed: the config's.
        probes: frames (n, time, height, width, channels) that come with the data for evaluators,
            by name. Default: none.
        front_end: what made frames of sound, see `sps_tf.audio.front_ends`. Default "stft".

    Raises:
        UserError: no frames or no label of the name `settings.label` (unless that is empty),
            frames that are not uint8 or float, or no sequences.
    """

    model: keras.Model
    arrays: Arrays
    settings: ConfigDict
    method: str
    seed: int
    probes: Mapping[str, np.ndarray] = field(default_factory=dict)
    front_end: str = "stft"

    def __post_init__(self) -> None:
        """Check that the split holds what evaluators read."""
        for name in ("frames", self.settings.label):
            if name and name not in self.arrays:  # "": there are no labels
                raise UserError(
                    f"The test split holds {', '.join(sorted(self.arrays))}."
                    f"{did_you_mean(name, self.arrays)} Received: evaluation of {name!r}"
                )
        frames = self.frames
        if frames.dtype not in (np.uint8, np.float16, np.float32) or not len(frames):
            raise UserError(
                "Frames of the test split must be uint8 or floats and at least one sequence. "
                f"Received: {len(frames)} sequences of {frames.dtype}"
            )

    @property
    def frames(self) -> np.ndarray:
        """The frames of the split."""
        return self.arrays["frames"]

    @property
    def at_step(self) -> str:
        """How far the model has come, for titles."""
        return f"step {int(outputs.to_numpy(self.model.step))}"

    @property
    def free_latents(self) -> tuple[str, ...]:
        """The content latents that the model's group leaves alone; none without a group."""
        model = self.model
        if not model.has_prior or model.group is None:
            return ()
        layout = model.layout
        return layout.of_every_body(name for name in layout.body if name not in model.group.dims)

    @cached_property
    def z(self) -> np.ndarray:
        """The encoder's means of all frames, (n, time, latent) float32."""
        return self.encode(self.frames)

    @property
    def content(self) -> np.ndarray:
        """The content of `z`, (n, time, content)."""
        return self.z[..., self.model.layout.indices(self.model.layout.content)]

    @property
    def spread(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation (latent,) of the latents, which traversals span.

        Over training frames, where the model tells of them: one's own test files may hold a small
        part of what was trained. Else over the split.
        """
        if known := self.model.info.get("latents"):
            return np.array(known["mean"], np.float32), np.array(known["std"], np.float32)
        return moments(self.z)

    @cached_property
    def predictions(self) -> Predictions:
        """The prior's free runs on all sequences."""
        return self.predict(len(self.z))

    @cached_property
    def pitch_points(self) -> PitchPoints:
        """The points of Figure 3; the first latent is the learned pitch."""
        return self.hear_points(self.settings)

    def hear_points(self, settings: ConfigDict) -> PitchPoints:
        """Return the points of Figure 3, the pitch heard by other settings than the context's."""
        audible = self.has("frame_decoder")
        return collect_pitch_points(
            self.model, self.z, self.arrays, settings, audible, self.front_end
        )

    def probe(self, name: str, evaluator: str) -> np.ndarray:
        """Return frames that come with the data for an evaluator.

        Raises:
            UserError: if they do not.
        """
        if name not in self.probes:
            raise UserError(
                f"The evaluator {evaluator} needs frames that these data do not bring: leave it "
                f"out of config.evaluation.evaluators. Received: probes {sorted(self.probes)}"
            )
        return self.probes[name]

    def encode(self, frames: np.ndarray) -> np.ndarray:
        """Encode other frames than the split's, see `outputs.encode`."""
        return outputs.encode(self.model, frames, self.settings.batch_size)

    def predict(self, n: int) -> Predictions:
        """Run the prior freely on the first n sequences alone, see `outputs.predict`."""
        settings = self.settings
        return outputs.predict(
            self.model, self.z[:n], settings.n_given, settings.n_transforms, self.seed
        )

    def has(self, capability: str) -> bool:
        """Tell whether model and data have a part that an evaluator needs.

        Args:
            capability: a key of `CAPABILITIES`.
        """
        return CAPABILITIES[capability](self)


def _has_split(context: Context) -> bool:
    """Tell whether the settings name latents of style, and the model has all that they name."""
    changes, names = context.settings.changes, context.model.layout.names
    return bool(changes.style) and {*changes.style, *changes.content} <= set(names)


def _has_symmetry(context: Context) -> bool:
    model = context.model
    return model.has_prior and model.group is not None and context.settings.n_transforms > 0


# What an evaluator may need. Nothing else in the evaluation asks what kind of model or data it is.
CAPABILITIES: dict[str, Callable[[Context], bool]] = {
    "labels": lambda context: bool(context.settings.label),
    "instruments": lambda context: len(np.unique(instrument_names(context.arrays))) > 1,
    "prior": lambda context: context.model.has_prior,
    "symmetry": _has_symmetry,
    "frame_decoder": lambda context: context.model.decodes_frames,
    "content_and_style": _has_split,
    "files": lambda context: bool({"file", "video"} & set(context.arrays)),
    "style": lambda context: bool(context.model.layout.style),
    "bodies": lambda context: context.model.layout.n_bodies > 1,
    "two_contents": lambda context: len(context.model.layout.content) > 1,
}
