"""The building blocks of SPS as Keras layers."""

from sps_tf.layers.as_sequences import AsSequences
from sps_tf.layers.body_moments import BodyMoments, make_moments
from sps_tf.layers.centering import FrameCentering
from sps_tf.layers.coupling_flow import CouplingFlow
from sps_tf.layers.decoder import ConvDecoder
from sps_tf.layers.encoder import ConvEncoder
from sps_tf.layers.frame_moments import FrameMoments
from sps_tf.layers.frequency_blur import FrequencyBlur
from sps_tf.layers.gaussian_prior import GaussianPrior
from sps_tf.layers.group_names import make_group
from sps_tf.layers.groups import Identity, Product, Rotation2D, Rotation3D, Translation
from sps_tf.layers.partials import Partials
from sps_tf.layers.pitch_encoder import PitchEncoder
from sps_tf.layers.place_head import PlaceHead
from sps_tf.layers.prior import RecurrentPrior
from sps_tf.layers.sampler import GaussianSampler
from sps_tf.layers.slow_components import SlowComponents
from sps_tf.layers.style_pooling import StylePooling

__all__ = [
    "AsSequences",
    "BodyMoments",
    "ConvDecoder",
    "ConvEncoder",
    "CouplingFlow",
    "FrameCentering",
    "FrameMoments",
    "FrequencyBlur",
    "GaussianPrior",
    "GaussianSampler",
    "Identity",
    "Partials",
    "PitchEncoder",
    "PlaceHead",
    "Product",
    "RecurrentPrior",
    "Rotation2D",
    "Rotation3D",
    "SlowComponents",
    "StylePooling",
    "Translation",
    "make_group",
    "make_moments",
]
