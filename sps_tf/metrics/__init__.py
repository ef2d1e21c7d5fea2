"""Measures of a trained model: pure functions of NumPy arrays that return dict[str, float].

One topic a file; no TensorFlow. Keys carry no split name (`linear_projection_mse/x`); who calls
them puts `test/` in front. A score that is not defined for the data at hand (a constant label, a
latent that never moves) is left out of the dict and a warning says so: never a NaN, which JSON
cannot hold.
"""

from sps_tf.metrics.disentanglement import change_ratio, query_precision
from sps_tf.metrics.latent_statistics import latent_std, moments
from sps_tf.metrics.linear_probe import linear_projection_mse
from sps_tf.metrics.pitch import PitchPoints, pitch_scores, synthesis_scores
from sps_tf.metrics.prior import equivariance_error, prior_mse
from sps_tf.metrics.reconstruction import ReconstructionScore

__all__ = [
    "PitchPoints",
    "ReconstructionScore",
    "change_ratio",
    "equivariance_error",
    "latent_std",
    "linear_projection_mse",
    "moments",
    "pitch_scores",
    "prior_mse",
    "query_precision",
    "synthesis_scores",
]
