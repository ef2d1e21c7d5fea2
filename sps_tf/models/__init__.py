"""The models as Keras subclass models: SPS and the baselines."""

from sps_tf.models.beta_vae import BetaVAE
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.sps import SPS

__all__ = ["SPS", "BetaVAE", "SequenceModel"]
