"""What of a model runs in the page: decoder, prior and group, as JSON and one block of weights."""

import base64
from typing import Any

import numpy as np
from keras import layers, ops

from sps_tf.errors import UserError
from sps_tf.layers.groups import GroupAction, Product, Rotation2D, Rotation3D, Translation
from sps_tf.layers.prior import RecurrentPrior
from sps_tf.models import SequenceModel

# How `assets/networks.js` knows the groups.
_FACTORS = {Translation: "translation", Rotation2D: "rotation2", Rotation3D: "rotation3"}


class Weights:
    """Arrays one after the other, each known by where it begins.

    Example:
        >>> weights = Weights()
        >>> weights.add(np.zeros((2, 3)))
        {'at': 0, 'shape': [2, 3]}
    """

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []
        self._size = 0

    def add(self, values: Any) -> dict[str, Any] | None:
        """Take in an array.

        Args:
            values: a tensor, or None.

        Returns:
            `at`, the number of its first element in the block, and `shape`; None for None.
        """
        if values is None:
            return None
        array = np.asarray(ops.convert_to_numpy(values), "<f4")
        place = {"at": self._size, "shape": list(array.shape)}
        self._parts.append(array.ravel())
        self._size += array.size
        return place

    def to_base64(self) -> str:
        """Return the block: float32, little-endian, as base64."""
        return base64.b64encode(b"".join(part.tobytes() for part in self._parts)).decode()


def pack_decoder(model: SequenceModel, weights: Weights) -> dict[str, Any] | None:
    """Describe the decoder.

    Args:
        model: a built model.
        weights: takes the arrays.

    Returns:
        `dense` and `convolutions`, their layers in order; `map_shape`; `frame_shape`; `frame_bias`.
        None where the model makes no frames.
    """
    if not model.decodes_frames:
        return None
    decoder = model.decoder
    return {
        "dense": [_pack_dense(layer, weights) for layer in decoder.dense],
        "map_shape": list(decoder.map_shape),
        "convolutions": [
            {**_pack_dense(layer, weights), "strides": list(layer.strides)}
            for layer in decoder.convolutions
        ],
        "frame_shape": list(decoder.frame_shape),
        "frame_bias": weights.add(getattr(decoder, "frame_bias", None)),
    }


def _pack_dense(layer: layers.Layer, weights: Weights) -> dict[str, Any]:
    return {
        "kernel": weights.add(layer.kernel),
        "bias": weights.add(layer.bias if layer.use_bias else None),
        "activation": layer.activation.__name__,
    }


def pack_prior(model: SequenceModel, weights: Weights) -> dict[str, Any] | None:
    """Describe the prior.

    Args:
        model: a built model.
        weights: takes the arrays.

    Returns:
        `cell`, `cells` (kernel, recurrent kernel and bias of each layer), `head`, `residual`,
        `n_given`. None where the model has no prior.

    Raises:
        UserError: if the prior is of a kind that the page does not know.
    """
    if not model.has_prior:
        return None
    prior = model.prior
    if not isinstance(prior, RecurrentPrior):
        raise UserError(
            "The page runs a RecurrentPrior, such as every SPS has. "
            f"Received: a {type(prior).__name__}"
        )
    return {
        "cell": prior.cell,
        "cells": [
            {
                "kernel": weights.add(cell.kernel),
                "recurrent_kernel": weights.add(cell.recurrent_kernel),
                "bias": weights.add(cell.bias),
            }
            for cell in prior.cells
        ],
        "head": _pack_dense(prior.head, weights),
        "residual": prior.residual,
        "n_given": model.n_given,
    }


def pack_group(group: GroupAction | None) -> list[dict[str, Any]]:
    """Describe the group.

    Args:
        group: a model's, or None.

    Returns:
        For each factor, from left to right, `kind`, `dims` (positions in a body's content) and, of
        translations, `limit`; none where there is no symmetry.

    Raises:
        UserError: if a factor is of a kind that the page does not know.
    """
    factors = group.factors if isinstance(group, Product) else [group]
    packed = []
    for factor in factors:
        if factor is None or not factor.dims:
            continue
        if type(factor) not in _FACTORS:
            raise UserError(
                "The page knows translations and rotations in two and three dimensions. "
                f"Received: a {type(factor).__name__}"
            )
        dims = [factor.content.index(name) for name in factor.dims]
        limit = {"limit": factor.limit} if isinstance(factor, Translation) else {}
        packed.append({"kind": _FACTORS[type(factor)], "dims": dims, **limit})
    return packed
