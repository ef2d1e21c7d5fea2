"""The models as Keras subclass models: SPS and the baselines."""

import sps_tf.optimizers  # noqa: F401  registers the optimiser that a saved file may name
from sps_tf.models.beta_vae import BetaVAE
from sps_tf.models.frame_model import FrameModel
from sps_tf.models.gmvae import GMVAE
from sps_tf.models.sequence_model import SequenceModel
from sps_tf.models.spice import SPICE
from sps_tf.models.sps import SPS
from sps_tf.models.ts_dsae import TSDSAE

__all__ = ["GMVAE", "SPICE", "SPS", "TSDSAE", "BetaVAE", "FrameModel", "SequenceModel"]
