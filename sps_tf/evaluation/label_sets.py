"""The sets of true labels that a config's evaluation names, and what they are compared with."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sps_tf.errors import UserError, check_choice
from sps_tf.metrics.location import LOCATION_NAMES, estimate_location

if TYPE_CHECKING:
    from ml_collections import ConfigDict

# Names of `evaluation.derived` -> a function of the data set's labels, and what it returns.
DERIVED: dict[str, tuple[Callable[[np.ndarray], np.ndarray], tuple[str, ...]]] = {
    "kitti_location": (estimate_location, LOCATION_NAMES),
}


class LabelSet(NamedTuple):
    """Labels that latents are compared with.

    Args:
        suffix: what the names of its scores end with: "" for the data set's own, "_2" for those
            derived from them.
        name: name of the set.
        targets: (n, time, label).
        names: one a label.
    """

    suffix: str
    name: str
    targets: np.ndarray
    names: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What to call the labels: "true" or "derived"."""
        return "derived" if self.suffix else "true"


def label_sets(arrays: dict[str, np.ndarray], config: "ConfigDict") -> list[LabelSet]:
    """Return the sets of labels of a split.

    Args:
        arrays: features of the split by name.
        config: its `evaluation.label` names the feature, "" for data without labels;
            `evaluation.derived`, where a config has it, a key of `DERIVED`, or "" for none.

    Returns:
        None, one or two sets: the data set's own, then the derived one.

    Raises:
        UserError: if the derived set is unknown, or there are no labels to derive it from.
    """
    settings = config.evaluation
    derived = settings.get("derived", "")
    if not settings.label:
        if derived:
            raise UserError(
                "config.evaluation.derived needs labels to start from: name them with "
                f"config.evaluation.label. Received: derived={derived!r} without a label"
            )
        return []
    targets = arrays[settings.label]
    sets = [LabelSet("", settings.label, targets, tuple(settings.label_names))]
    if derived:
        function, names = DERIVED[check_choice("config.evaluation.derived", derived, DERIVED)]
        sets.append(LabelSet("_2", derived, function(targets), names))
    return sets
