"""Elements of the groups that act on latents by z -> A z + b: pairs (A, b)."""

from typing import NamedTuple

import keras
from keras import ops


class Element(NamedTuple):
    """Group elements: `matrix` (..., content, content) and `offset` (..., content)."""

    matrix: keras.KerasTensor
    offset: keras.KerasTensor


def compose(outer: Element, inner: Element) -> Element:
    """Compose elements: the result acts as `inner` and then `outer`.

    Args:
        outer: elements with any leading axes.
        inner: elements with the same leading axes.

    Returns:
        The composed elements.
    """
    matrix = ops.matmul(outer.matrix, inner.matrix)
    turned = ops.squeeze(ops.matmul(outer.matrix, ops.expand_dims(inner.offset, -1)), -1)
    return Element(matrix, turned + outer.offset)


def rotation_matrix(quaternion: keras.KerasTensor) -> keras.KerasTensor:
    """Return the rotation of a quaternion of any length but zero.

    Args:
        quaternion: (..., 4), scalar part first.

    Returns:
        (..., 3, 3) rotation matrices.
    """
    unit = quaternion / ops.sqrt(ops.sum(ops.square(quaternion), axis=-1, keepdims=True))
    w, x, y, z = (unit[..., i] for i in range(4))
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return ops.stack([ops.stack(row, axis=-1) for row in rows], axis=-2)
