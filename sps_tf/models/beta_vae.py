"""The beta-VAE baseline: the same encoder and decoder, without prior and symmetry."""

from collections.abc import Sequence

import keras
from keras import ops

from sps_tf.models.frame_model import FrameModel
from sps_tf.models.frame_sampling import random_times, take_times


@keras.saving.register_keras_serializable("sps_tf")
class BetaVAE(FrameModel):
    """Reconstruct single frames under a KL term (section 4.1.2); beta is the weight of `kl`.

    Args:
        frame_shape: (height, width, channels) of a frame.
        n_self_frames: frames of each sequence decoded in a step, drawn at random; their loss
            is scaled up to the whole sequence. None decodes all, as in the paper.
        **kwargs: see `FrameModel`; what is left out is as in the paper.

    Example:
        >>> model = BetaVAE(frame_shape=(32, 32, 3))
        >>> model.encode(keras.ops.zeros((8, 20, 32, 32, 3))).shape
        (8, 20, 3)
    """

    def __init__(
        self, frame_shape: Sequence[int], n_self_frames: int | None = None, **kwargs: object
    ) -> None:
        self.n_self_frames = n_self_frames
        super().__init__(frame_shape, **kwargs)

    @property
    def loss_names(self) -> tuple[str, ...]:
        """Names of the active terms."""
        return ("recon_self", "kl") if self.encoder.stochastic else ("recon_self",)

    def compute_losses(self, frames: keras.KerasTensor, training: bool) -> dict:
        """Return reconstruction and KL; see the base class."""
        z, terms = self.posterior(frames, training)
        n_chosen = self.n_self_frames if training else None
        times = random_times(ops.shape(z)[0], frames.shape[1], n_chosen, self.stream("self_frames"))
        (nats,) = self.decode_branches([(take_times(z, times), take_times(frames, times))])
        return {**terms, "recon_self": ops.mean(nats) * frames.shape[1]}

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        return {**super().get_config(), "n_self_frames": self.n_self_frames}
