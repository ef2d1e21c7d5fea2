"""The beta-VAE baseline: the same encoder and decoder, without prior and symmetry."""

import keras
from keras import ops

from sps_tf.models.frame_sampling import random_times, take_times
from sps_tf.models.sequence_model import SequenceModel


@keras.saving.register_keras_serializable("sps_tf")
class BetaVAE(SequenceModel):
    """Reconstruct single frames under a KL term (section 4.1.2); beta is the weight of `kl`.

    Args:
        n_self_frames: frames of each sequence decoded in a step, drawn at random; their loss
            is scaled up to the whole sequence. None decodes all, as in the paper.
        **kwargs: see `SequenceModel`.
    """

    def __init__(self, n_self_frames: int | None = None, **kwargs: object) -> None:
        self.n_self_frames = n_self_frames
        super().__init__(**kwargs)

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
