"""Read a pickle of lists, dicts and NumPy arrays without running what else it may hold.

Unpickling calls whatever the file names. Here it can name only what arrays are made of, and
even these names lead to plain records of our own: NumPy sees nothing of the file but bytes whose
type, shape and length have been compared with each other. Every other name is refused.
"""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from sps_tf.errors import UserError

_NUMERIC = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}


class RefusedError(pickle.UnpicklingError):
    """Say what a pickle asked for that this reader does not admit."""


class _Dtype:
    """Stand for a NumPy number type, or for "O", a list of objects."""

    __slots__ = ("code", "order")

    def __init__(self, code: str, *_: object) -> None:
        code = code.lstrip("<>|=") if isinstance(code, str) else repr(code)
        if code not in _NUMERIC | {"O", "O8"}:
            raise RefusedError(f"the array type {code!r:.60}")
        self.code = "O" if code == "O8" else code
        self.order = "<"

    def __setstate__(self, state: tuple) -> None:
        _, order, *rest = state
        structured = rest[:3] != [None, None, None]
        if structured or order not in ("<", ">", "|", "="):
            raise RefusedError("a structured array type")
        self.order = order

    def numeric(self) -> np.dtype:
        if self.code == "O":
            raise RefusedError("objects where numbers must be")
        return np.dtype(self.code).newbyteorder(self.order)


class _Array:
    """Stand for an array until its bytes have been checked; `value` is then the array or list."""

    __slots__ = ("value",)

    def __init__(self, *_: object) -> None:
        # The pickle's own arguments name a class and a size to allocate. Both are ignored.
        self.value = None

    def __setstate__(self, state: tuple) -> None:
        _, shape, dtype, fortran_order, content = state
        self.fill(content, dtype, shape, "F" if fortran_order else "C")

    def fill(self, content: Any, dtype: _Dtype, shape: tuple, order: str) -> None:
        if not isinstance(dtype, _Dtype):
            raise RefusedError("an array without a type")
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 8:
            raise ValueError(f"impossible array shape {shape!r:.60}")
        if dtype.code == "O":
            if not isinstance(content, list) or shape != (len(content),):
                raise ValueError("an object array must have one axis and as many objects")
            self.value = content
        else:
            flat = np.frombuffer(bytes(content), dtype.numeric())
            self.value = flat.reshape(shape, order="F" if order == "F" else "C")


def _array_from_buffer(content: Any, dtype: _Dtype, shape: tuple, order: str) -> _Array:
    array = _Array()
    array.fill(content, dtype, shape, order)
    return array


def _scalar(dtype: _Dtype, content: bytes) -> bool | int | float:
    return np.frombuffer(bytes(content), dtype.numeric(), count=1)[0].item()


def _latin1_bytes(text: str, encoding: str = "latin1") -> bytes:
    """Stand for `codecs.encode`, which Python 3 uses to put bytes into protocol 2."""
    if encoding not in ("latin1", "latin-1"):
        raise RefusedError(f"the codec {encoding!r:.60}")
    return text.encode("latin1")


def _empty_bytes() -> bytes:
    return b""


class _Admitted:
    """Let a pickle call one function, and nothing else: it cannot change or subclass it."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable) -> None:
        object.__setattr__(self, "_function", function)

    def __call__(self, *args: object) -> Any:
        return self._function(*args)

    def __setattr__(self, name: str, value: object) -> None:
        raise RefusedError(f"a change of the attribute {name!r:.60}")

    def __setstate__(self, state: object) -> None:
        raise RefusedError("a change of an admitted function")


_ADMITTED = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    ("_codecs", "encode"): _latin1_bytes,
    ("builtins", "bytes"): _empty_bytes,
    ("__builtin__", "bytes"): _empty_bytes,
}
for _core in ("numpy.core", "numpy._core"):
    _ADMITTED[f"{_core}.multiarray", "_reconstruct"] = _Array
    _ADMITTED[f"{_core}.multiarray", "scalar"] = _scalar
    _ADMITTED[f"{_core}.numeric", "_frombuffer"] = _array_from_buffer


class _Reader(pickle._Unpickler):
    """Admit the names above only.

    This is the standard library's reader written in Python. The one in C sizes a table by a
    number in the file, so that 10 bytes could ask for all the memory there is.
    """

    def find_class(self, module: str, name: str) -> _Admitted:
        if (module, name) not in _ADMITTED:
            raise RefusedError(f"the name {module}.{name}")
        return _Admitted(_ADMITTED[module, name])

    def persistent_load(self, pid: object) -> None:
        raise RefusedError("an outside object")


def load(path: str | os.PathLike) -> Any:
    """Read a pickle that holds only lists, tuples, dicts, text, bytes, numbers and arrays.

    Args:
        path: the file.

    Returns:
        What it holds; see `items` and `array` for the arrays in it.

    Raises:
        UserError: if the file asks for anything else, by name, or is damaged or cut off.
    """
    path = Path(path)
    try:
        with open(path, "rb") as stream:
            return _Reader(stream).load()
    except RefusedError as error:
        raise UserError(
            f"The pickle asks for {error}, which a file of lists and number arrays has no use "
            f"for. Nothing of it was run. Use an untampered file. Received: {path}"
        ) from None
    except OSError as error:
        raise UserError(
            f"The pickle cannot be read ({error.strerror}). Received: {path}"
        ) from error
    except Exception as error:
        # Damaged bytes can break any opcode, so any error here means the same: a bad file.
        raise UserError(
            f"The pickle is damaged or cut off ({type(error).__name__}). Download or copy it "
            f"again. Received: {path}, {path.stat().st_size:,} bytes"
        ) from error


def items(value: Any) -> list | None:
    """Return a list, tuple or array of objects as a list, or None if it is none of them."""
    if isinstance(value, _Array):
        value = value.value
    return list(value) if isinstance(value, list | tuple) else None


def array(value: Any) -> np.ndarray | None:
    """Return an array of numbers, or None if the value is none."""
    if isinstance(value, _Array):
        value = value.value
    return value if isinstance(value, np.ndarray) else None
