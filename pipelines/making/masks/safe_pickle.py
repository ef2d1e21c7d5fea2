"""Read a pickle of lists, dicts and NumPy arrays without running what else it may hold.

Unpickling calls whatever the file names. Here it can name only what arrays are made of, and
even these names lead to plain records of our own, see `pickle_parts`. Every other name is refused.
Time, memory and depth are bounded by the bytes of the file.
"""

import contextlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.making.masks.pickle_parts import (
    ADMITTED,
    Admitted,
    Array,
    RefusedError,
    Room,
    word_for,
)
from sps_tf.errors import UserError

# The published file holds its data in large pieces, so that some 100,000 steps read all of it.
MAX_STEPS = 4_000_000
# What is made of a file takes no more than a copy for its bytes and one for its arrays.
_COPIES, _ALLOWANCE_BYTES = 2, 1 << 20


class _Stream:
    """A file that never reads beyond its end, so that a declared length asks for no memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.n_bytes = path.stat().st_size
        self._n_left = self.n_bytes

    def read(self, n_bytes: int) -> bytes:
        if n_bytes > self._n_left:
            raise EOFError
        self._n_left -= n_bytes
        return self._file.read(n_bytes)

    def readline(self) -> bytes:
        line = self._file.readline()
        self._n_left -= len(line)
        return line

    def close(self) -> None:
        self._file.close()


class _Steps(dict):
    """The reader's functions by opcode; it counts how often one is looked up."""

    n_steps = 0

    def __getitem__(self, opcode: int) -> Callable:
        self.n_steps += 1
        if self.n_steps > MAX_STEPS:
            raise RefusedError(f"more than {MAX_STEPS:,} steps")
        return super().__getitem__(opcode)


class _Reader(pickle._Unpickler):
    """Admit what `ADMITTED` names only, and dicts whose keys are text or numbers.

    This is the standard library's reader written in Python. The one in C sizes a table by a
    number in the file, so that 10 bytes could ask for all the memory there is.
    """

    def __init__(self, stream: _Stream) -> None:
        super().__init__(stream)
        self._n_bytes = stream.n_bytes
        self._room = Room(_COPIES * stream.n_bytes + _ALLOWANCE_BYTES)
        self.dispatch = _Steps(pickle._Unpickler.dispatch | _OWN_STEPS)

    def find_class(self, module: str, name: str) -> Admitted:
        if (module, name) not in ADMITTED:
            raise RefusedError(f"the name {module}.{name}")
        return Admitted(ADMITTED[module, name], self._room)

    def persistent_load(self, pid: object) -> None:
        raise RefusedError("an outside object")

    def load_setitems(self) -> None:
        self._check_items(self.metastack[-1][-1], self.stack)
        super().load_setitems()

    def load_setitem(self) -> None:
        self._check_items(self.stack[-3], self.stack[-2:])
        super().load_setitem()

    def load_dict(self) -> None:
        self._check_items({}, self.stack)
        super().load_dict()

    def load_bytearray8(self) -> None:
        n_bytes = int.from_bytes(self.read(8), "little")
        if n_bytes > self._n_bytes:
            raise EOFError
        self.append(bytearray(self.read(n_bytes)))

    def refuse_set(self) -> None:
        raise RefusedError("a set")

    def _check_items(self, target: object, pairs: list) -> None:
        """Refuse keys whose lookup may have no end, as that of tuples in tuples has none."""
        if type(target) is not dict:
            raise RefusedError("items of what is no dict")
        for key in pairs[::2]:
            if type(key) not in (str, int):
                raise RefusedError(f"a key that is {word_for(key)}")


_OWN_STEPS = {
    pickle.SETITEMS[0]: _Reader.load_setitems,
    pickle.SETITEM[0]: _Reader.load_setitem,
    pickle.DICT[0]: _Reader.load_dict,
    pickle.BYTEARRAY8[0]: _Reader.load_bytearray8,
    pickle.EMPTY_SET[0]: _Reader.refuse_set,
    pickle.ADDITEMS[0]: _Reader.refuse_set,
    pickle.FROZENSET[0]: _Reader.refuse_set,
}


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
        with contextlib.closing(_Stream(path)) as stream:
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
    if isinstance(value, Array):
        value = value.value
    return list(value) if isinstance(value, list | tuple) else None


def array(value: Any) -> np.ndarray | None:
    """Return an array of numbers, or None if the value is none."""
    if isinstance(value, Array):
        value = value.value
    return value if isinstance(value, np.ndarray) else None
