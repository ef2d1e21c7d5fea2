"""Accumulators of TFDV as bytes, for the program that merges them.

TFDV merges its accumulators; of finished statistics (protocol buffers) it merges only those of
different features. Accumulators are Python objects around sketches, and pickle is the one form that
TFDV gives them. So a partial is a pickle that may name the classes below and nothing else: whatever
wrote it, reading it calls nothing but their constructors.
"""

import io
import pickle
from typing import Any

from sps_tf.errors import UserError

_GENERATORS = "tensorflow_data_validation.statistics.generators"
_ADMITTED = {
    f"{_GENERATORS}.basic_stats_generator": {
        "_BasicAcctype",
        "_PartialBasicStats",
        "_PartialBytesStats",
        "_PartialCommonStats",
        "_PartialNumericStats",
        "_PartialStringStats",
        "_PresenceAndValencyStats",
    },
    f"{_GENERATORS}.top_k_uniques_sketch_stats_generator": {"_CombinedSketch"},
    "tensorflow_data_validation.utils.path": {"FeaturePath"},
    "tensorflow_data_validation.utils.variance_util": {
        "MeanCovAccumulator",
        "MeanVarAccumulator",
        "WeightedMeanVarAccumulator",
    },
    "tfx_bsl.cc.tfx_bsl_extension.sketches": {"KmvSketch", "MisraGriesSketch", "QuantilesSketch"},
    "numpy": {"dtype", "ndarray"},
    # NumPy 2 has moved them.
    "numpy.core.multiarray": {"scalar", "_reconstruct"},
    "numpy._core.multiarray": {"scalar", "_reconstruct"},
}


class _Reader(pickle.Unpickler):
    """Refuse every name that accumulators do not have."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        # Whole names are compared: a name with dots would reach through a module into others.
        if global_name not in _ADMITTED.get(module_name, ()):
            raise pickle.UnpicklingError(f"{module_name}.{global_name}")
        return super().find_class(module_name, global_name)


def pack(accumulators: list[Any]) -> bytes:
    """Return accumulators as bytes, for `unpack`."""
    return pickle.dumps(accumulators)


def unpack(partial: bytes) -> list[Any]:
    """Return the accumulators that `pack` was given elsewhere.

    Args:
        partial: its bytes.

    Returns:
        The accumulators.

    Raises:
        UserError: if the bytes are damaged, or hold what no accumulator does.
    """
    try:
        return list(_Reader(io.BytesIO(partial)).load())
    except Exception as error:  # damaged bytes fail in ways of their own; all mean the same here
        raise UserError(
            "Statistics of a part of the data set are damaged; run the same command again. "
            f"Received: {' '.join(str(error).split())[:80]}"
        ) from error
