"""The SPS model: three branches over one latent sequence (sections 3.1 to 3.3)."""

from collections.abc import Sequence

import keras
from keras import ops

from sps_tf.errors import UserError, check_choice
from sps_tf.layers import RecurrentPrior, StylePooling, make_group
from sps_tf.layers.groups import GroupAction, Product
from sps_tf.losses import PAPER_WEIGHTS, inconstancy, latent_variance
from sps_tf.models import branches as br
from sps_tf.models.frame_model import FrameModel
from sps_tf.models.reconstruction import reconstruction_losses
from sps_tf.schedules import FreeRunningSchedule, InverseSigmoidSchedule
from sps_tf.serialization import build_once

GROUP_MODES = ("composed", "separate")
DECODED_TRANSFORMS = ("all", "one")
LATENT_SCALES = ("none", "variance")


@keras.saving.register_keras_serializable("sps_tf")
class SPS(FrameModel):
    """Self-supervised learning with physical symmetry.

    SPS_VAE with a stochastic encoder, SPS_AE without. The losses are those of `sps_tf.losses`.
    What is left out is as in the paper (section A.1). A layout of several bodies, which is not in
    the paper, shares one prior and one group: each body is a sequence of its own with its own S,
    and the latent losses add up.

    Args:
        frame_shape: (height, width, channels) of a frame.
        group: the group whose elements S the prior must commute with, or its name, see
            `make_group`; None for no symmetry. Default that of the ball.
        prior: the prior R on the content latents. Default `RecurrentPrior`'s defaults.
        n_transforms: the augmentation factor K; 0 turns the symmetry off. Default 4.
        n_given: n, the frames given before the prior runs free in evaluation. Default 5.
        schedule: probability of teacher forcing at a step. Default the released one, slowed so that
            1.6 % are left at step 50,000, as the text has it.
        group_mode: "composed" draws one S from the whole product, as the paper says;
            "separate" gives each factor K elements and losses of its own, as the released code.
        decode_transforms: "all" decodes each of the K branches (eq. 7); "one" a random one for
            each sequence, an unbiased and cheaper estimate.
        n_self_frames: frames of each sequence decoded in the first branch; None for all.
        n_predicted_frames: the same for the predicted branches, of the T - 1.
        latent_scale: "none", as in the paper; "variance" measures latent losses and
            translations in units of the latents' own spread, so that neither shrinking nor
            growing z lowers them. Dimensions that the group acts on share one unit.
        style_index: see `StylePooling`, as for the next. Default "sequence".
        style_frames: frames that the style is drawn from. Default None: all.
        **kwargs: see `FrameModel`.

    Raises:
        UserError: if an option is unknown or K is negative.

    Example:
        >>> model = SPS(frame_shape=(32, 32, 3), group="(R^2,+)xSO(2)")
        >>> model.encode(keras.ops.zeros((8, 20, 32, 32, 3))).shape
        (8, 20, 3)
    """

    has_prior = True

    def __init__(
        self,
        frame_shape: Sequence[int],
        group: str | GroupAction | None = "(R^2,+)xSO(2)",
        prior: RecurrentPrior | None = None,
        n_transforms: int = 4,
        n_given: int = 5,
        schedule: InverseSigmoidSchedule | FreeRunningSchedule | None = None,
        group_mode: str = "composed",
        decode_transforms: str = "all",
        n_self_frames: int | None = None,
        n_predicted_frames: int | None = None,
        latent_scale: str = "none",
        style_index: str = "sequence",
        style_frames: int | None = None,
        **kwargs: object,
    ) -> None:
        if n_transforms < 0 or n_given < 1:
            raise UserError(
                "K (n_transforms) is at least 0 and n_given at least 1. "
                f"Received: n_transforms={n_transforms}, n_given={n_given}"
            )
        self.n_transforms = n_transforms if group is not None else 0
        self.n_given = n_given
        # The released constants alone would leave 1.6 % at step 20,000 already.
        self.schedule = schedule or InverseSigmoidSchedule(speed=0.4)
        self.group_mode = check_choice("group_mode", group_mode, GROUP_MODES)
        self.decode_transforms = check_choice(
            "decode_transforms", decode_transforms, DECODED_TRANSFORMS
        )
        self.n_self_frames = n_self_frames
        self.n_predicted_frames = n_predicted_frames
        self.latent_scale = check_choice("latent_scale", latent_scale, LATENT_SCALES)
        self.asks_constancy = bool(kwargs.get("loss_weights", PAPER_WEIGHTS).get("inconstancy"))
        super().__init__(frame_shape, **kwargs)
        self.prior = prior or RecurrentPrior(len(self.layout.body), name="prior")
        self.group = make_group(group, self.layout.body) if isinstance(group, str) else group
        self.style_index, self.style_frames = style_index, style_frames
        self.style_pooling = None
        if self.layout.style:
            self.style_pooling = StylePooling(style_index, style_frames, name="style_pooling")
        self.teacher_forcing = keras.metrics.Mean(name="teacher_forcing")

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the active terms."""
        names = ["recon_self", "recon_prior", "latent_prior"]
        if self.n_transforms:
            names += ["recon_symmetry", "symmetry_prior", "symmetry_latent"]
        names += ["imitation"] if self.moments is not None else []
        names += ["inconstancy"] if self.layout.style and self.asks_constancy else []
        return (*names, "kl") if self.encoder.stochastic else tuple(names)

    @property
    def group_sets(self) -> list[GroupAction]:
        """The groups that elements are drawn from, each with losses of its own."""
        if self.group_mode == "separate" and isinstance(self.group, Product):
            return list(self.group.factors)
        return [self.group]

    def build(self, frames_shape: tuple) -> None:
        """Build all parts; see the base class."""
        super().build(frames_shape)
        build_once(self.prior, (None, frames_shape[1], len(self.layout.body)))

    # === Inference ===

    def call(self, frames: keras.KerasTensor, training: bool = False) -> dict:
        """Encode, reconstruct and predict.

        Args:
            frames: (batch, time, height, width, channels) in [0, 1].
            training: unused.

        Returns:
            What the base class returns, and `z_prior` (batch, time - 1, content), a free run
            after n given frames.
        """
        outputs = super().call(frames, training)
        return {**outputs, "z_prior": self.rollout(outputs["z"])}

    def rollout(self, z: keras.KerasTensor, n_given: int | None = None) -> keras.KerasTensor:
        """Predict z_{2:T}: n latents are given, then the prior runs free.

        Args:
            z: (batch, time, latent).
            n_given: n. Default the model's own.

        Returns:
            (batch, time - 1, content).
        """
        bodies = self._bodies(z)
        return self.layout.unfold(br.roll_out(self.prior, bodies, n_given or self.n_given).z_prior)

    def transformed_rollout(
        self,
        z: keras.KerasTensor,
        seed: keras.random.SeedGenerator,
        n_transforms: int,
        n_given: int | None = None,
    ) -> keras.KerasTensor:
        """Predict z_{2:T} through S, the prior and S^-1, with composed random S.

        Args:
            z: (batch, time, latent).
            seed: generator of seeds for the elements.
            n_transforms: number of elements for each sequence.
            n_given: n. Default the model's own.

        Returns:
            (n_transforms, batch, time - 1, content).
        """
        bodies = self._bodies(z)
        elements = br.sample_elements([self.group], n_transforms, ops.shape(bodies)[0], seed)
        copies = br.Copies(self.group, elements, self._scale(bodies))
        branches = br.roll_out(self.prior, bodies, n_given or self.n_given, copies)
        return self.layout.unfold(branches.z_symmetry)

    def _bodies(self, z: keras.KerasTensor) -> keras.KerasTensor:
        """Return the content of latents (batch, time, latent), (batch * bodies, time, body)."""
        return self.layout.fold(self.layout.split(z)[0])

    # === Training ===

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return every term of equations 1 to 7; see the base class."""
        z, terms = self.posterior(frames, training)
        content, style = self.layout.split(z)
        if "inconstancy" in self.loss_names:
            terms["inconstancy"] = inconstancy(style)
        bodies = self.layout.fold(content)
        scale = self._scale(bodies)
        branches = self._roll_out(bodies, training, scale)
        latent = br.latent_losses(bodies, branches, len(self.group_sets), scale)
        terms.update({name: self.layout.n_bodies * term for name, term in latent.items()})
        branches = br.Branches(*(z if z is None else self.layout.unfold(z) for z in branches))
        terms |= reconstruction_losses(self, frames, content, style, branches, training)
        return terms

    def _scale(self, content: keras.KerasTensor) -> keras.KerasTensor:
        """Return the unit of squared distance of each content dimension."""
        if self.latent_scale == "none":
            return ops.ones(len(self.layout.body))
        shared = self.layout.indices(self.group.dims) if self.group is not None else ()
        return latent_variance(content, shared)

    def _roll_out(
        self, content: keras.KerasTensor, training: bool, scale: keras.KerasTensor
    ) -> br.Branches:
        """Run the prior with scheduled sampling."""
        n_branches = 1 + (len(self.group_sets) if self.n_transforms else 0)
        probability, given = 0.0, None
        if training and not isinstance(self.schedule, FreeRunningSchedule):
            probability = self.schedule(self.step)
            seed = self.stream("teacher_mask", per_replica=False)
            given = br.teacher_mask(content.shape[1], n_branches, probability, seed)
        self.teacher_forcing.update_state(probability)
        copies = None
        if self.n_transforms:
            elements = br.sample_elements(
                self.group_sets, self.n_transforms, ops.shape(content)[0], self.stream("group")
            )
            copies = br.Copies(self.group, elements, scale)
        return br.roll_out(self.prior, content, self.n_given, copies, given)

    # === Config ===

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "prior": serialize(self.prior),
            "group": serialize(self.group),
            "n_transforms": self.n_transforms,
            "n_given": self.n_given,
            "schedule": serialize(self.schedule),
            "group_mode": self.group_mode,
            "decode_transforms": self.decode_transforms,
            "n_self_frames": self.n_self_frames,
            "n_predicted_frames": self.n_predicted_frames,
            "latent_scale": self.latent_scale,
            "style_index": self.style_index,
            "style_frames": self.style_frames,
        }
