"""What stands for NumPy's arrays while a pickle is read, see `safe_pickle`: records of our own.

NumPy sees nothing of the file but bytes whose type, shape and length have been compared with each
other. Nothing here looks into what is nested, which may be without end.
"""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np

_NUMERIC = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}


class RefusedError(pickle.UnpicklingError):
    """Say what a pickle asked for that this reader does not admit."""


class Room:
    """How many bytes may still be made of a file, which may name the same text again and again.

    Args:
        n_bytes: how many.
    """

    def __init__(self, n_bytes: int) -> None:
        self._n_bytes = n_bytes

    def take(self, n_bytes: int) -> None:
        """Take bytes away, or raise `RefusedError` where fewer are left."""
        self._n_bytes -= n_bytes
        if self._n_bytes < 0:
            raise RefusedError("far more bytes than it has")


def word_for(value: object) -> str:
    """Name a value in a few letters, and one that may hold others by its type."""
    return f"{value!r:.60}" if isinstance(value, str | bool) else f"a {type(value).__name__}"


class Dtype:
    """Stand for a NumPy number type, or for "O", a list of objects."""

    __slots__ = ("code", "order")

    def __init__(self, room: Room, code: str, *_: object) -> None:
        known = code.lstrip("<>|=") if isinstance(code, str) else ""
        if known not in _NUMERIC | {"O", "O8"}:
            raise RefusedError(f"the array type {word_for(code)}")
        self.code = "O" if known == "O8" else known
        self.order = "<"

    def __setstate__(self, state: tuple) -> None:
        _, order, *rest = state
        structured = len(rest) < 3 or any(value is not None for value in rest[:3])
        if structured or not isinstance(order, str) or order not in ("<", ">", "|", "="):
            raise RefusedError("a structured array type")
        self.order = order

    def numeric(self) -> np.dtype:
        """Return NumPy's own type."""
        if self.code == "O":
            raise RefusedError("objects where numbers must be")
        return np.dtype(self.code).newbyteorder(self.order)


class Array:
    """Stand for an array until its bytes have been checked; `value` is then the array or list."""

    __slots__ = ("_room", "value")

    def __init__(self, room: Room, *_: object) -> None:
        # The pickle's own arguments name a class and a size to allocate. Both are ignored.
        self._room = room
        self.value = None

    def __setstate__(self, state: tuple) -> None:
        _, shape, dtype, fortran_order, content = state
        self.fill(content, dtype, shape, "F" if fortran_order is True else "C")

    def fill(self, content: Any, dtype: Dtype, shape: tuple, order: str) -> None:
        """Make the array, if bytes, type and shape fit each other."""
        if not isinstance(dtype, Dtype):
            raise RefusedError("an array without a type")
        shape = (shape,) if isinstance(shape, int) else shape
        if not isinstance(shape, tuple) or not _is_shape(shape):
            raise ValueError("impossible array shape")
        if dtype.code == "O":
            if not isinstance(content, list) or shape != (len(content),):
                raise ValueError("an object array must have one axis and as many objects")
            self.value = content
        else:
            flat = np.frombuffer(_copy(self._room, content), dtype.numeric())
            self.value = flat.reshape(shape, order="F" if order == "F" else "C")


class Admitted:
    """Let a pickle call one function, and nothing else: it cannot change or subclass it."""

    __slots__ = ("_function", "_room")

    def __init__(self, function: Callable, room: Room) -> None:
        object.__setattr__(self, "_function", function)
        object.__setattr__(self, "_room", room)

    def __call__(self, *args: object) -> Any:
        """Call the function."""
        return self._function(self._room, *args)

    def __setattr__(self, name: str, value: object) -> None:
        raise RefusedError(f"a change of the attribute {word_for(name)}")

    def __setstate__(self, state: object) -> None:
        raise RefusedError("a change of an admitted function")


def _is_shape(shape: tuple) -> bool:
    """Tell whether numbers can be a shape; an array without numbers must have no rows either."""
    if len(shape) > 8 or not all(type(n) is int and 0 <= n < 1 << 48 for n in shape):
        return False
    return 0 not in shape or shape[0] == 0


def _copy(room: Room, content: Any) -> bytes:
    if not isinstance(content, bytes | bytearray):
        raise RefusedError(f"an array of {word_for(content)}")
    room.take(len(content))
    return bytes(content)


def _array_from_buffer(room: Room, content: Any, dtype: Dtype, shape: tuple, order: str) -> Array:
    array = Array(room)
    array.fill(content, dtype, shape, order if isinstance(order, str) else "C")
    return array


def _scalar(room: Room, dtype: Dtype, content: bytes) -> bool | int | float:
    return np.frombuffer(_copy(room, content), dtype.numeric(), count=1)[0].item()


def _latin1_bytes(room: Room, text: str, encoding: str = "latin1") -> bytes:
    """Stand for `codecs.encode`, which Python 3 uses to put bytes into protocol 2."""
    if not isinstance(encoding, str) or encoding not in ("latin1", "latin-1"):
        raise RefusedError(f"the codec {word_for(encoding)}")
    room.take(len(text))
    return text.encode("latin1")


def _empty_bytes(_: Room) -> bytes:
    return b""


# (module, name) -> what is called in its place, with the room first.
ADMITTED = {
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): Dtype,
    ("_codecs", "encode"): _latin1_bytes,
    ("builtins", "bytes"): _empty_bytes,
    ("__builtin__", "bytes"): _empty_bytes,
}
for _core in ("numpy.core", "numpy._core"):
    ADMITTED[f"{_core}.multiarray", "_reconstruct"] = Array
    ADMITTED[f"{_core}.multiarray", "scalar"] = _scalar
    ADMITTED[f"{_core}.numeric", "_frombuffer"] = _array_from_buffer
