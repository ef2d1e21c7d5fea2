"""Groups by their names in the paper's notation, such as "(R^2,+)xSO(2)" (section 5.3)."""

import re
from collections.abc import Sequence

from sps_tf.errors import UserError
from sps_tf.layers.groups import (
    GroupAction,
    Identity,
    Product,
    Rotation2D,
    Rotation3D,
    Translation,
)

_FACTOR = re.compile(r"\(?(?P<kind>R\^?|SO)\(?(?P<n>\d)\)?(,\+\))?(\[(?P<dims>[\w,]+)\])?")


def make_group(name: str, content: Sequence[str], translation_limit: float = 1.0) -> GroupAction:
    """Build a group action from its name in the paper's notation.

    Factors are `(R^n,+)`, short `Rn`, and `SO(n)`, short `SOn`, joined by `x`; `identity` is
    the trivial group. A factor acts on named dimensions given in brackets, as in
    `SO(2)[z1,z2]`, or by default on: one dimension, the first; two of three, the first and
    the last (the paper's z1 and z3, which leaves z2 free); n of n, all.

    Args:
        name: such as "(R^2,+)xSO(2)" (the ball), "R1" (pitch) or "R3" (KITTI-Masks).
        content: names of all content dimensions.
        translation_limit: translations are uniform in [-limit, limit]. Default 1.

    Returns:
        A `Translation`, `Rotation2D`, `Rotation3D`, `Identity` or a `Product` of them.

    Raises:
        UserError: if the name cannot be read or does not fit the content dimensions.
    """
    # "SO(2)" holds no x, so the letter (or the sign) can only be the product.
    text = name.replace(" ", "").replace("\N{MULTIPLICATION SIGN}", "x")
    if text.lower() == "identity":
        return Identity((), content)
    factors = []
    for part in text.split("x") if "[" not in text else re.split(r"x(?![^\[]*\])", text):
        match = _FACTOR.fullmatch(part)
        if match is None:
            raise UserError(
                "A group is a product such as '(R^2,+)xSO(2)', 'R1', 'SO(3)' or 'identity'. "
                f"Received: {name!r}"
            )
        n = int(match["n"])
        dims = match["dims"].split(",") if match["dims"] else _default_dims(n, content, name)
        factors.append(_make_factor(match["kind"], n, dims, content, translation_limit))
    return factors[0] if len(factors) == 1 else Product(factors)


def _default_dims(n: int, content: Sequence[str], name: str) -> Sequence[str]:
    if not 1 <= n <= len(content):
        raise UserError(
            f"The group {name!r} needs {n} latent dimensions. Received: content={tuple(content)}"
        )
    if n == 2 and len(content) == 3:
        return (content[0], content[-1])
    return tuple(content[:n])


def _make_factor(
    kind: str, n: int, dims: Sequence[str], content: Sequence[str], limit: float
) -> GroupAction:
    if len(dims) != n:
        raise UserError(f"A factor of {n} dimensions names {n} of them. Received: {dims}")
    if kind.startswith("R"):
        return Translation(dims, content, limit=limit)
    if n == 2:
        return Rotation2D(dims, content)
    if n == 3:
        return Rotation3D(dims, content)
    raise UserError(f"Rotations act on 2 or 3 dimensions. Received: SO({n})")
