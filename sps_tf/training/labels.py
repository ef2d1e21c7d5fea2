"""The labels of the one method that learns from some: GMVAE, from pitches."""

import numpy as np

from sps_tf.data import Arrays
from sps_tf.errors import UserError
from sps_tf.models import SequenceModel


def training_labels(model: SequenceModel, train: Arrays, name: str) -> np.ndarray | None:
    """Return what a model learns from beside frames.

    Args:
        model: says whether it reads labels.
        train: the training split.
        name: of the labels, `config.evaluation.label`; "" where there are none.

    Returns:
        (n, time, 1) pitches, MIDI numbers; None for every other method.

    Raises:
        UserError: if there are no labels, or pitches that the model has no place for.
    """
    if not model.reads_labels:
        return None
    if name != "pitch" or name not in train:
        raise UserError(
            "gmvae learns from the pitch of every training note, which these data do not tell: "
            f"choose another method. Received: labels {name!r}"
        )
    pitch = np.asarray(train[name], np.float32)
    numbers = np.rint(pitch) - model.first_pitch
    if numbers.min() < 0 or numbers.max() >= model.n_pitches:
        raise UserError(
            f"gmvae has a place for the pitches {model.first_pitch} to "
            f"{model.first_pitch + model.n_pitches - 1}: set config.model.gmvae.first_pitch and "
            f"n_pitches. Received: training pitches {pitch.min():g} to {pitch.max():g}"
        )
    return pitch
